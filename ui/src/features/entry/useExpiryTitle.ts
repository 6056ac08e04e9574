import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useNow } from "@/lib/now";
import { dayAndMonth, startOfDate } from "@/lib/time";

/** That the own verification runs out in so many days, or has; `until` is its last day. */
export function useExpiryTitle(): (days: number, until: string) => string {
  const { t, i18n } = useLingui();
  const now = useNow();
  return (days, until) => {
    const day = dayAndMonth(startOfDate(until), now, i18n.locale);
    if (days < 0) return t({ message: `Your verification ran out on ${day}`, comment: "Strip above chats and directory; a day" });
    if (days === 0) return t({ message: "Your verification runs out today", comment: "Strip above chats and directory" });
    return t({ message: plural(days, { one: `Your verification runs out in # day, on ${day}`, other: `Your verification runs out in # days, on ${day}` }), comment: "Strip above chats and directory; a number of days, a day" });
  };
}
