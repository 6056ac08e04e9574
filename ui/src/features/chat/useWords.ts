import { useLingui } from "@lingui/react/macro";
import { Check, CircleQuestionMark, type LucideIcon, ThumbsUp } from "lucide-react";
import type { Preview, ReactionWord } from "@/bindings";

export const WORDS: readonly ReactionWord[] = ["agree", "noted", "query"];
export const WORD_ICONS: Record<ReactionWord, LucideIcon> = { agree: ThumbsUp, noted: Check, query: CircleQuestionMark };

/** The words one reacts with. */
export function useReactionWords(): Record<ReactionWord, string> {
  const { t } = useLingui();
  return {
    agree: t({ message: "Agree", comment: "Reaction to a message; 赞同" }),
    noted: t({ message: "Noted", comment: "Reaction to a message: I have taken note of it; 收到" }),
    query: t({ message: "Query", comment: "Reaction to a message: I have doubts; 存疑" }),
  };
}

/** A message in one line, or what stands in its place. */
export function usePreviewText(): (preview: Preview) => string {
  const { t } = useLingui();
  return (preview) => {
    switch (preview.kind) {
      case "text": return preview.body;
      case "image": {
        const { caption } = preview;
        return caption === "" ? t({ message: "Image", comment: "Last message of a conversation, in the list, when it is an image; [图片]" }) : t({ message: `Image: ${caption}`, comment: "Last message of a conversation, in the list, when it is an image: what was written about it; [图片]" });
      }
      case "file": {
        const { name } = preview;
        return t({ message: `File: ${name}`, comment: "Last message of a conversation, in the list, when it is a file: its name; [文件]" });
      }
      case "poll": {
        const { question } = preview;
        return t({ message: `Poll: ${question}`, comment: "Last message of a conversation, in the list, when it is a poll: its question; [投票]" });
      }
      case "undecryptable": return t({ message: "Encrypted message", comment: "Last message of a conversation, in the list, when its key has not arrived" });
      case "unsupported": return t({ message: "Unsupported message", comment: "Last message of a conversation, in the list, when this version cannot show it" });
      case "unencrypted": return t({ message: "Unencrypted message, not shown", comment: "Last message of a conversation, in the list, when it came unencrypted and was refused" });
      case "recalled": return t({ message: "Recalled message", comment: "Last message of a conversation, in the list; 撤回" });
    }
  };
}
