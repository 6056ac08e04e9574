import { useLingui } from "@lingui/react/macro";
import { FileImage, FileX2, Maximize2 } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { EvidenceView } from "@/bindings";
import { Button } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { ImageViewer } from "@/components/ImageViewer/ImageViewer";
import { useApi } from "@/lib/api";
import { errorSentence } from "@/lib/errors";
import { isShowable } from "@/lib/image";
import { fileSize } from "@/lib/size";
import { type MediaUrl, PlatformError } from "@/platform/types";
import styles from "./Evidence.module.css";

type Loaded = { state: "loading" } | { state: "failed"; error: PlatformError } | { state: "damaged" } | { state: "shown"; media: MediaUrl };

/** The images. None is fetched before its verifier asks for it, because each look is recorded. */
export function Evidence({ applicationId, evidence, onLooked }: { applicationId: string; evidence: readonly EvidenceView[]; onLooked: () => void }) {
  const { t, i18n } = useLingui();
  const api = useApi();
  const [loaded, setLoaded] = useState<Readonly<Record<string, Loaded>>>({});
  const [openId, setOpenId] = useState<string | null>(null);
  // Images may come in another order than they were asked for: only the last one asked for opens by itself.
  const lastAsked = useRef<string | null>(null);

  const release = useEffectEvent(() => {
    for (const each of Object.values(loaded)) if (each.state === "shown") each.media.release();
  });
  useEffect(() => () => release(), []);

  const set = (id: string, value: Loaded) => setLoaded((before) => ({ ...before, [id]: value }));
  const open = async (id: string) => {
    const present = loaded[id]?.state;
    if (present === "damaged") return;
    lastAsked.current = id;
    if (present === "loading") return;
    if (present !== "shown") {
      set(id, { state: "loading" });
      try {
        const media = await api.mediaUrl(`evidence/${applicationId}/${id}`);
        onLooked();
        if (!(await isShowable(media.url))) {
          media.release();
          set(id, { state: "damaged" });
          return;
        }
        set(id, { state: "shown", media });
      } catch (error) {
        set(id, { state: "failed", error: PlatformError.from(error) });
        return;
      }
    }
    if (lastAsked.current === id) setOpenId(id);
  };

  const kinds: Record<EvidenceView["kind"], string> = {
    licence: t({ message: "Practising licence", comment: "Kind of evidence image" }),
    staff_card: t({ message: "Staff card", comment: "Kind of evidence image: the hospital's card of its employee" }),
    other: t({ message: "Other evidence", comment: "Kind of evidence image: anything else" }),
  };
  const shown = openId === null ? undefined : loaded[openId];
  const shownName = evidence.find(({ id }) => id === openId)?.file_name ?? "";
  return (
    <section className={styles.section}>
      <h3>
        {t({ message: "Evidence", comment: "Images that prove what an application states; 证明材料" })} <span>{evidence.length}</span>
        <small>{t({ message: "Encrypted, deleted 30 days after the decision. Each look is recorded.", comment: "Beside the heading 'Evidence', for verifiers" })}</small>
      </h3>
      {evidence.length === 0 ? (
        <p className={styles.none}>{t({ message: "The applicant sent no images. You can ask for them.", comment: "For verifiers, when there is no evidence" })}</p>
      ) : (
        <div className={styles.grid}>
          {evidence.map((each) => {
            const image = loaded[each.id];
            const name = each.file_name || kinds[each.kind];
            return (
              <figure key={each.id}>
                <div className={styles.picture}>
                  {!each.available ? (
                    <div className={styles.closed}><Icon icon={FileX2} size={24} /><p>{t({ message: "Destroyed on schedule", comment: "In place of an evidence image that is no longer kept" })}</p></div>
                  ) : image?.state === "damaged" ? (
                    <div className={styles.closed}><Icon icon={FileX2} size={24} /><p role="alert">{t({ message: "Damaged, cannot be shown. You can ask for another.", comment: "In place of an evidence image that cannot be read; for verifiers" })}</p></div>
                  ) : image?.state === "shown" ? (
                    <button type="button" className={styles.image} onClick={() => void open(each.id)} aria-label={t({ message: `Enlarge ${name}`, comment: "Button on an evidence image; its file name" })}>
                      <img src={image.media.url} alt="" />
                      <span><Icon icon={Maximize2} size={14} /></span>
                    </button>
                  ) : (
                    <div className={styles.closed}>
                      <Icon icon={FileImage} size={24} />
                      {image?.state === "failed" && <p role="alert">{errorSentence(i18n, image.error)}</p>}
                      <Button size={28} busy={image?.state === "loading"} onClick={() => void open(each.id)} aria-label={t({ message: `Open image: ${name}`, comment: "Button: look at an evidence image; its file name" })}>
                        {t({ message: "Open image", comment: "Button: look at an evidence image" })}
                      </Button>
                    </div>
                  )}
                </div>
                <figcaption><Icon icon={FileImage} size={14} /><span className="truncate">{kinds[each.kind]} · {name}</span><small>{fileSize(each.size, i18n.locale)}</small></figcaption>
              </figure>
            );
          })}
        </div>
      )}
      {shown?.state === "shown" && <ImageViewer url={shown.media.url} name={shownName} onClose={() => setOpenId(null)} />}
    </section>
  );
}
