import { useNavigate } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { Building2, History, Hospital, Star, UsersRound } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { NavButton } from "@/components/NavItem/NavItem";
import { ListsLater } from "@/features/security/ListsLater";
import { useCommand } from "@/lib/query";
import { count } from "@/lib/time";
import { type Scope, inScope, scopeOf, useDirectory } from "./state";

/** Whose list it is, or the hospitals: the ways into the directory. */
export function DirectoryNav({ hospitals }: {
  /** The hospitals are shown, nobody's list. */
  hospitals: boolean;
}) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const { search, setSearch } = useDirectory();
  const counts = useCommand("directory_counts", null).data;
  const places = useCommand("directory_places", null).data;
  const number = (value: number | undefined) => (value === undefined ? undefined : count(value, i18n.locale));
  const scopes: { scope: Scope; icon: LucideIcon; words: string; count: number | undefined }[] = [
    { scope: "all", icon: UsersRound, words: t({ message: "All colleagues", comment: "Whole directory" }), count: counts?.all },
    { scope: "my_hospital", icon: Hospital, words: t({ message: "My hospital", comment: "Directory of one's own hospital" }), count: counts?.my_hospital },
    { scope: "favourites", icon: Star, words: t({ message: "Favourites", comment: "Colleagues with a star; 收藏" }), count: counts?.favourites },
    { scope: "recent", icon: History, words: t({ message: "Recent", comment: "Colleagues with whom the doctor wrote lately; 最近联系" }), count: counts?.recent },
  ];
  return (
    <>
      {scopes.map((each) => (
        <NavButton
          key={each.scope}
          icon={each.icon}
          on={!hospitals && scopeOf(search) === each.scope}
          onClick={() => {
            setSearch(inScope(each.scope));
            if (hospitals) void navigate({ to: "/directory", search: {} });
          }}
          count={number(each.count)}
        >
          {each.words}
        </NavButton>
      ))}
      <NavButton icon={Building2} on={hospitals} onClick={() => void navigate({ to: "/directory/hospitals", search: {} })} count={number(places?.organizations)}>
        {t({ message: "Hospitals", comment: "Directory by hospital and department; 医院" })}
      </NavButton>
      <ListsLater />
    </>
  );
}
