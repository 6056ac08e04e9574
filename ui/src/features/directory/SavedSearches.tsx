import { useLingui } from "@lingui/react/macro";
import { Bookmark, BookmarkPlus, X } from "lucide-react";
import { useState } from "react";
import { Banner } from "@/components/Banner/Banner";
import { Button, IconButton } from "@/components/Button/Button";
import { Dialog } from "@/components/Dialog/Dialog";
import { NavButton } from "@/components/NavItem/NavItem";
import { TextField } from "@/components/TextField/TextField";
import { errorSentence } from "@/lib/errors";
import { useAction, useCommand } from "@/lib/query";
import styles from "./Facets.module.css";
import { EVERYBODY, type Search, isFiltered, useDirectory } from "./state";

/** Searches the doctor kept: one click asks again. */
export function SavedSearches() {
  const { t } = useLingui();
  const { search, setSearch } = useDirectory();
  const searches = useCommand("saved_searches", null).data ?? [];
  const remove = useAction("saved_search_delete");
  if (searches.length === 0) return null;
  const title = t({ message: "Saved searches", comment: "Heading in the directory: searches that the doctor kept" });
  return (
    <section className={styles.facet} aria-label={title}>
      <div className={styles.head}><h3 className={styles.title}>{title}</h3></div>
      {searches.map(({ id, name, query }) => {
        // A page of it was not kept.
        const saved: Search = Object.fromEntries(Object.entries(query).filter(([key]) => key in EVERYBODY)) as unknown as Search;
        return (
          <div key={id} className={styles.saved}>
            <NavButton icon={Bookmark} on={same(saved, search)} onClick={() => setSearch({ ...EVERYBODY, ...saved })}>{name}</NavButton>
            <IconButton icon={X} size={24} label={t({ message: `Delete saved search ${name}`, comment: "Name of the cross on a saved search" })} onClick={() => remove.run({ id })} />
          </div>
        );
      })}
    </section>
  );
}

function same(one: Search, other: Search): boolean {
  return (Object.keys(EVERYBODY) as (keyof Search)[]).every((key) => JSON.stringify(one[key]) === JSON.stringify(other[key]));
}

/** Keeps the present search under a name. There only while there is something to keep. */
export function SaveSearchButton() {
  const { t, i18n } = useLingui();
  const { search } = useDirectory();
  const [name, setName] = useState<string | null>(null);
  const save = useAction("saved_search_save", () => setName(null));
  if (search.text.trim() === "" && !isFiltered(search)) return null;
  const label = t({ message: "Save this search", comment: "Button that keeps the search of the directory under a name" });
  const send = () => { if (name?.trim()) save.run({ name: name.trim(), query: { ...search, offset: 0, limit: 0 } }); };
  return (
    <>
      <IconButton icon={BookmarkPlus} size={24} label={label} onClick={() => { save.clear(); setName(search.text.trim()); }} />
      <Dialog
        open={name !== null}
        onClose={() => setName(null)}
        title={label}
        actions={
          <>
            <Button onClick={() => setName(null)}>{t({ message: "Cancel", comment: "Button that closes a dialog without doing anything" })}</Button>
            <Button variant="primary" busy={save.busy} disabled={!name?.trim()} onClick={send}>{t({ message: "Save", comment: "Button that keeps what was entered" })}</Button>
          </>
        }
      >
        <form onSubmit={(event) => { event.preventDefault(); send(); }}>
          <TextField label={t({ message: "Name of the search", comment: "Field: what a saved search is called" })} value={name ?? ""} onValue={setName} maxLength={100} autoFocus />
        </form>
        {save.error && <Banner tone="danger">{errorSentence(i18n, save.error)}</Banner>}
      </Dialog>
    </>
  );
}
