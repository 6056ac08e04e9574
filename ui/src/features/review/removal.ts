import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { RemovalReason } from "@/bindings";

export const REMOVAL_REASONS: Record<RemovalReason, MessageDescriptor> = {
  licence_withdrawn: msg({ message: "Licence withdrawn or lapsed", comment: "Reason for which a verifier takes a colleague out of the directory" }),
  left_practice: msg({ message: "No longer practises", comment: "Reason for which a verifier takes a colleague out of the directory" }),
  false_identity: msg({ message: "Was never who they said", comment: "Reason for which a verifier takes a colleague out of the directory" }),
  misuse: msg({ message: "Misuse of the account", comment: "Reason for which a verifier takes a colleague out of the directory" }),
  deceased: msg({ message: "Has died", comment: "Reason for which a verifier takes a colleague out of the directory" }),
  other: msg({ message: "Other, see the note", comment: "Reason a verifier chooses" }),
};

export const REMOVAL_ORDER: readonly RemovalReason[] = ["left_practice", "licence_withdrawn", "deceased", "false_identity", "misuse", "other"];
