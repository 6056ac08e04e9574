import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { ChangeKind } from "./change";

export const CHANGE_TITLES: Record<ChangeKind, MessageDescriptor> = {
  transfer: msg({ message: "Move to another hospital", comment: "Button and title: a doctor applies to have the hospital of their entry changed" }),
  title: msg({ message: "Change title or department", comment: "Button and title: a doctor applies to have it changed in their entry; 职称、科室" }),
  renewal: msg({ message: "Renew the verification", comment: "Button and title: a doctor applies to have their verification renewed; 续期认证" }),
};

export const CHANGE_LEADS: Record<ChangeKind, MessageDescriptor> = {
  transfer: msg({ message: "A verifier checks the new workplace. You stay the same colleague: chats, favourites and notes of others stay with you.", comment: "Below 'Move to another hospital'" }),
  title: msg({ message: "A verifier checks it, and verifies your entry anew.", comment: "Below 'Change title or department'" }),
  renewal: msg({ message: "A verifier looks again at what was verified before: hospital, department and title as they are, and your licence.", comment: "Below 'Renew the verification'" }),
};
