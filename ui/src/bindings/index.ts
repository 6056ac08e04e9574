// Generated from crates/api by `cargo xtask bindings`. Do not edit.

export type Account = { 
/**
 * Matrix user id: `@lin.jianing:jz.example`.
 */
user_id: string, device_id: string, name: Name, 
/**
 * FHIR Practitioner id; empty until the registry was reached once.
 */
practitioner_id: string, roles: Array<Role>, 
/**
 * The address the doctor entered.
 */
server: string, };

export type AccountRef = { user_id: string, };

export type AddEvidence = { 
/**
 * UUID that the image has from now on. Another try of the same has the same: its first answer may be lost.
 */
evidence_id: string, 
/**
 * From the host's upload.
 */
upload_id: string, kind: EvidenceKind, file_name: string, };

export type AnswerContactRequest = { 
/**
 * Of a request that was received.
 */
id: string, 
/**
 * False declines, or takes back what was granted.
 */
granted: boolean, };

/**
 * What was written in the notification of a conversation.
 */
export type AnswerNotification = { room_id: string, text: string, };

export type AppInfo = { version: string, 
/**
 * `linux`, `macos` or `windows`.
 */
platform: string, 
/**
 * Name of the profile; empty for the usual one.
 */
profile: string, 
/**
 * Server address to fill in when nobody has signed in yet; empty if there is none.
 */
default_server: string, };

/**
 * A step of an application that its applicant may know. `at` is RFC 3339, UTC.
 */
export type ApplicationEvent = { kind: ApplicationEventKind, at: string, };

export type ApplicationEventKind = "submitted" | "email_confirmed" | "opened" | "more_requested" | "rejected" | "approved" | "activated" | "withdrawn";

/**
 * What a physician states about themselves. Every field but the Han name of a doctor without one is required.
 */
export type ApplicationForm = { 
/**
 * Name in Chinese characters as on the licence; empty if there is none.
 */
han_name: string, 
/**
 * Name in Latin letters, in the order its bearer writes it: `Lin Jianing`, `Hannah Weiss`.
 */
latin_name: string, 
/**
 * Code of [`terminology::TITLES`].
 */
title: string, 
/**
 * 医师执业证书编码, 15 digits.
 */
licence_number: string, work_email: string, work_phone: string, workplace: Workplace, 
/**
 * Code of [`terminology::DEPARTMENTS`].
 */
department: string, };

/**
 * What an application is for.
 */
export type ApplicationKind = "registration" | "transfer" | "title" | "renewal";

export type ApplicationRef = { application_id: string, };

/**
 * Where an application stands.
 */
export type ApplicationStatus = "draft" | "submitted" | "more_requested" | "rejected" | "approved" | "active" | "withdrawn";

/**
 * What the applicant sees. Nothing in it tells whether anyone else is registered.
 */
export type ApplicationView = { 
/**
 * UUID chosen by the client.
 */
id: string, 
/**
 * For talking about it: `AP-2607-03318`.
 */
reference: string, kind: ApplicationKind, status: ApplicationStatus, 
/**
 * Grows with every change; a long poll waits for a greater one.
 */
version: number, 
/**
 * Of a change, what the entry would be; of its licence number the last four digits alone.
 */
form: ApplicationForm, 
/**
 * Name in Latin letters of a hospital that was picked from the list; empty if it has none.
 */
hospital_latin: string, email_confirmed: boolean, evidence: Array<EvidenceView>, events: Array<ApplicationEvent>, 
/**
 * Why more was asked for or it was refused.
 */
reason: ReasonCode | null, 
/**
 * The verifier's note to the applicant.
 */
note: string | null, 
/**
 * Of a registration once it is active, of a change from the beginning: the account's Matrix user id.
 */
user_id: string | null, };

export type AppointAdmin = { room_id: string, user_id: string, admin: boolean, };

/**
 * Asks a colleague for a contact.
 */
export type AskForContact = { 
/**
 * FHIR Practitioner id.
 */
practitioner_id: string, kind: ContactKind, };

/**
 * An image or a file as its message describes it. Size, type and measures are what its sender says.
 */
export type Attachment = { 
/**
 * One line.
 */
name: string, 
/**
 * `application/pdf`; empty if unknown.
 */
media_type: string, 
/**
 * Bytes.
 */
size: number | null, 
/**
 * Pixels, of an image as it is shown; both or neither.
 */
width: number | null, height: number | null, caption: Caption | null, 
/**
 * How many percent of an own one are out, while it goes out.
 */
uploaded: number | null, 
/**
 * Whether a smaller image came with an image: `thumbnail/…` of [`crate::media`].
 */
thumbnail: boolean, };

/**
 * The largest file that can be sent.
 */
export type AttachmentLimit = { bytes: number, };

/**
 * What is before the doctor.
 */
export type Attention = { 
/**
 * The window has the keyboard.
 */
in_front: boolean, 
/**
 * The conversation that is open in it then.
 */
room_id: string | null, };

export type AuditAction = "submitted" | "changed" | "email_confirmed" | "duplicate_flagged" | "opened" | "evidence_viewed" | "more_requested" | "rejected" | "approved" | "token_issued" | "bound" | "locked" | "evidence_destroyed" | "withdrawn" | "verifier_appointed" | "entry_changed" | "contact_requested" | "contact_granted" | "contact_declined" | "removed" | "deceased" | "merged" | "reminded";

/**
 * One line of the audit trail. Lines are chained by hash on the server and never change.
 */
export type AuditEntry = { seq: number, action: AuditAction, 
/**
 * Name of the verifier, empty for the applicant and the system.
 */
actor: string, 
/**
 * The same in Latin script; empty if the directory has none.
 */
actor_latin: string, 
/**
 * Reference of the application, if it concerns one.
 */
reference: string | null, 
/**
 * What else it concerns: an account, evidence, or a resource of the directory (`Type/id`).
 */
subject: string | null, 
/**
 * Whom it is about: the applicant, or the colleague that `subject` names. Empty if nobody is known by it.
 */
about: string, 
/**
 * The same in Latin script.
 */
about_latin: string, 
/**
 * RFC 3339, UTC.
 */
at: string, };

export type AuditPage = { entries: Array<AuditEntry>, next: string | null, };

export type AuditQuery = { 
/**
 * Of this application alone.
 */
application_id: string | null, cursor: string | null, };

/**
 * How loading older messages stands.
 */
export type Backwards = "idle" | "loading" | "reached_start";

export type Block = { "kind": "paragraph", runs: Array<Run>, } | { "kind": "code", text: string, } | { "kind": "list", 
/**
 * The number of the first item; none for bullets.
 */
start: number | null, items: Array<Array<Block>>, } | { "kind": "quote", blocks: Array<Block>, };

/**
 * What a doctor hands to others.
 */
export type BusinessCard = { 
/**
 * FHIR Practitioner id of the doctor's own entry.
 */
practitioner_id: string, 
/**
 * Proposed name of a file with it, without its extension.
 */
file_name: string, 
/**
 * A vCard of version 4.0 (RFC 6350), short enough for a code that telephones read.
 */
vcard: string, qr: QrCode, 
/**
 * The contacts that are in it: those that everyone verified sees.
 */
contacts: Array<Contact>, };

export type CancelReason = "declined" | "mismatch" | "timed_out" | "answered_elsewhere" | "failed";

/**
 * What was written about an image or a file.
 */
export type Caption = { text: string, 
/**
 * None if there is none to show.
 */
formatted: Array<Block> | null, edited: boolean, };

/**
 * What is to become of the entry. What a kind of application cannot change is not asked for.
 */
export type Change = { "kind": "transfer", workplace: Workplace, 
/**
 * Code of [`crate::terminology::DEPARTMENTS`].
 */
department: string, 
/**
 * Code of [`crate::terminology::TITLES`].
 */
title: string, work_phone: string, 
/**
 * Another one than the account has is confirmed by a code.
 */
work_email: string, } | { "kind": "title", title: string, department: string, } | { "kind": "renewal" };

/**
 * An application about one's own entry.
 */
export type ChangeForm = { change: Change, 
/**
 * 15 digits; none if it is the one that the registry has. Required of who never gave one.
 */
licence_number: string | null, };

export type ChangeGroup = { room_id: string, name: string, topic: string, };

export type City = { key: string, name: Text, organizations: number, colleagues: number, 
/**
 * The middle of its hospitals that say where they are.
 */
position: Position | null, };

export type ColleagueCard = { id: string, name: Name, title: string, department: string, specialties: Array<Text>, organization_id: string, hospital: Text, city: Text, 
/**
 * What the colleague shows to this doctor.
 */
contacts: Array<Contact>, requestable: Array<RequestableContact>, 
/**
 * When they are away, as they say themselves: now, or within two weeks. The earliest first.
 */
leaves: Array<Leave>, verification: Verification | null, 
/**
 * Why there is no verification though the entry says so.
 */
doubt: Doubt | null, 
/**
 * Set if the colleague has an account.
 */
user_id: string | null, 
/**
 * It is the doctor's own card.
 */
me: boolean, favourite: boolean, 
/**
 * What the doctor noted for themselves; empty if nothing.
 */
note: string, };

/**
 * The devices of a colleague, as far as this machine has asked for them.
 */
export type ColleagueDevices = { confirmed: number, 
/**
 * Signed in, and not confirmed by the colleague from another one.
 */
unconfirmed: number, 
/**
 * Their keys are others than before, and the doctor has not said yet that they asked.
 */
changed_keys: boolean, };

export type ColleagueRow = { 
/**
 * FHIR Practitioner id.
 */
id: string, name: Name, matched: NameMatch, 
/**
 * Title code.
 */
title: string, 
/**
 * Department code.
 */
department: string, 
/**
 * First field of special interest; empty if none.
 */
specialty: Text, hospital: Text, city: Text, verified: boolean, 
/**
 * Has an account to write to.
 */
joined: boolean, favourite: boolean, 
/**
 * Set if digits of the search are in the number.
 */
phone: PhoneMatch | null, };

export type CompareVerification = { id: string, 
/**
 * Both devices show the same emoji.
 */
same: boolean, };

export type CompleteRegistration = { password: string, 
/**
 * As in `SignIn`.
 */
discard: boolean, };

export type Concept = { code: string, zh: string, en: string, };

export type ConfirmEmail = { code: string, };

export type Connection = { link: Link, 
/**
 * Messages that wait to be sent.
 */
queued: number, 
/**
 * RFC 3339, UTC: when the homeserver last answered.
 */
last_synced: string | null, 
/**
 * There is no space left: nothing new can be kept, written or received.
 */
disk_full: boolean, };

/**
 * A contact that the colleague shows to this doctor.
 */
export type Contact = { kind: ContactKind, 
/**
 * At home, not at work.
 */
private: boolean, value: string, };

/**
 * What a contact is, as people ask for it.
 */
export type ContactKind = "phone" | "mobile" | "email" | "fax" | "other";

/**
 * A colleague's wish to see a contact.
 */
export type ContactRequest = { id: string, kind: ContactKind, state: ContactRequestState, 
/**
 * Who asked, of a received one; whose contact it is, of one that was sent.
 */
practitioner_id: string, name: string, 
/**
 * RFC 3339, UTC.
 */
asked_at: string, 
/**
 * RFC 3339, UTC; none while it waits.
 */
answered_at: string | null, };

export type ContactRequestState = "asked" | "granted" | "declined";

/**
 * Answer of `GET /v1/contact-requests`, each list with the latest change first.
 */
export type ContactRequests = { received: Array<ContactRequest>, sent: Array<ContactRequest>, };

/**
 * A row of the conversation list.
 */
export type Conversation = { room_id: string, membership: Membership, party: Party, last: LastMessage | null, unread: number, 
/**
 * Unread messages that name the doctor, or everybody.
 */
mentions: number, 
/**
 * Marked as unread by the doctor.
 */
marked_unread: boolean, 
/**
 * Tells of nothing; a group still of mentions.
 */
muted: boolean, placement: Placement, 
/**
 * What was written and not sent.
 */
draft: Draft | null, 
/**
 * Threads in which there is something that the doctor has not looked at; counted in `unread`.
 */
threads: Array<UnreadThread>, };

/**
 * A conversation whose name has the words: in its characters, their pinyin, or its Latin name.
 */
export type ConversationHit = { room_id: string, matched: NameMatch, };

export type ConversationSearch = { text: string, };

/**
 * Which coverage is asked for.
 */
export type CoverageOf = { room_id: string | null, };

export type CreateGroup = { 
/**
 * FHIR Practitioner ids; at most [`MOST_INVITED`].
 */
practitioner_ids: Array<string>, name: string, topic: string, history: GroupHistory, };

export type CreatePoll = { room_id: string, question: string, 
/**
 * Two to twenty, each another.
 */
answers: Array<string>, 
/**
 * Whether several may be chosen.
 */
several: boolean, 
/**
 * The event that the thread begins with in which it is asked.
 */
thread: string | null, };

export type CreatedGroup = { room_id: string, 
/**
 * Who of the chosen is not invited.
 */
left_out: Array<LeftOut>, };

export type Decide = { application_id: string, decision: Decision, };

/**
 * A verifier's decision. `reason` is required unless it approves; `note` (at most 1,000 characters) goes to the applicant.
 */
export type Decision = { kind: DecisionKind, version: number, reason: ReasonCode | null, note: string | null, 
/**
 * Required to approve: the verifier confirms identity, licence and employment.
 */
confirmed: boolean, 
/**
 * 1 to 24, required to approve: when the verification is due again.
 */
valid_months: number | null, 
/**
 * To approve where the hospital was entered by hand: which of the directory it is. None makes it a new one.
 */
organization_id: string | null, };

export type DecisionKind = "approve" | "request_more" | "reject";

export type Delivery = { "state": "queued" } | { "state": "failed" } | { "state": "sent" } | { "state": "read" };

export type DepartmentCount = { 
/**
 * Department code; empty for colleagues of none.
 */
code: string, 
/**
 * Both empty if the code is.
 */
label: Text, colleagues: number, joined: number, };

/**
 * A place, until the window is there.
 */
export type Destination = { id: number, place: Place, };

export type DestinationRef = { id: number, };

/**
 * A device that is signed in to the account.
 */
export type Device = { device_id: string, 
/**
 * As the doctor or the program that runs there called it; may be empty.
 */
name: string, 
/**
 * The one this window runs on.
 */
this_device: boolean, 
/**
 * Signed with the account's cross-signing key (Matrix client-server API, cross-signing).
 */
verified: boolean, 
/**
 * RFC 3339, UTC: when the homeserver last heard of it, as of the last time it was asked.
 */
last_seen: string | null, };

/**
 * Somebody in a conversation about whose devices there is something to say.
 */
export type DeviceDoubt = { person: Person, kind: DeviceDoubtKind, };

/**
 * Why one may doubt who reads along.
 */
export type DeviceDoubtKind = "changed_keys" | "unconfirmed_device";

/**
 * The verification of one own device by another: both show the same seven emoji (Matrix: short authentication string).
 */
export type DeviceVerification = { id: string, 
/**
 * The other device, once it is known which answers.
 */
device_id: string | null, 
/**
 * Asked for by the other device.
 */
incoming: boolean, step: VerificationStep, };

export type DirectoryCounts = { all: number, my_hospital: number, favourites: number, recent: number, };

export type DirectoryPage = { rows: Array<ColleagueRow>, 
/**
 * Colleagues that match, beyond this page too.
 */
total: number, 
/**
 * So many at the head of all results are people the doctor knows: favourites, and whom they wrote with lately.
 */
known: number, 
/**
 * Nothing matches what was typed: these are names and places that differ from it by one letter.
 */
similar: boolean, };

export type DirectoryPhase = "empty" | "loading" | "complete";

/**
 * A search. All filters apply together; several values of one filter widen it. Empty means no restriction.
 */
export type DirectoryQuery = { 
/**
 * Words separated by white space; each must match name (Han, pinyin, initials, Latin), hospital, department,
 * title, specialty, or, from four digits on, a telephone number.
 */
text: string, my_hospital: boolean, 
/**
 * Only the doctor's favourites.
 */
favourites: boolean, 
/**
 * Only whom the doctor wrote with lately.
 */
recent: boolean, 
/**
 * Department codes.
 */
departments: Array<string>, 
/**
 * FHIR Organization ids.
 */
organizations: Array<string>, 
/**
 * Title codes.
 */
titles: Array<string>, 
/**
 * City keys, as the facets name them.
 */
cities: Array<string>, 
/**
 * `yes`: verified as of today; `no`: not.
 */
verified: Array<string>, 
/**
 * `yes`: has an account to write to; `no`: listed only.
 */
joined: Array<string>, sort: DirectorySort, offset: number, 
/**
 * At most 500.
 */
limit: number, };

/**
 * How much of the directory is kept on this machine.
 */
export type DirectoryScope = "everything" | "province" | "group";

/**
 * What may be kept of the directory; without a province or a group if it is not known where the doctor works.
 */
export type DirectoryScopes = { now: DirectoryScope, 
/**
 * Another than `now` while it is still to be fetched.
 */
wanted: DirectoryScope, choices: Array<ScopeChoice>, };

/**
 * In which order results come.
 */
export type DirectorySort = "relevance" | "name" | "title" | "hospital" | "verified";

export type DirectoryStatus = { phase: DirectoryPhase, 
/**
 * Resources fetched and to fetch in all, while a fetch is under way.
 */
loaded: number, total: number, 
/**
 * Bytes of them, as they are sent.
 */
loaded_bytes: number, total_bytes: number, 
/**
 * Until everything is here, at the pace of this run; none before it has one.
 */
seconds_left: number | null, 
/**
 * Colleagues on this machine.
 */
colleagues: number, 
/**
 * RFC 3339, UTC: as of when the copy is true.
 */
as_of: string | null, 
/**
 * The doctor stopped the fetch; it goes on when they ask for what changed.
 */
paused: boolean, 
/**
 * How much of the directory it is.
 */
scope: DirectoryScope, 
/**
 * The province, or the hospital at the top of the group; both empty for everything.
 */
scope_name: Text, 
/**
 * What is being fetched in its place, if the doctor chose to keep more or less.
 */
next_scope: DirectoryScope | null, 
/**
 * Why nobody has a badge, if so.
 */
doubt: Doubt | null, 
/**
 * Why the last attempt failed, if it did.
 */
problem: Error | null, };

/**
 * Why something is not shown as verified though it says that it was.
 */
export type Doubt = "expired" | "tampered";

/**
 * What stands in a message field.
 */
export type Draft = { text: string, 
/**
 * Who is named in it.
 */
mentions: Array<Mention>, target: DraftTarget | null, 
/**
 * What stood there when an edit began.
 */
aside: Draft | null, };

/**
 * The message that a draft answers or replaces.
 */
export type DraftTarget = { "kind": "reply", event_id: string, } | { "kind": "edit", event_id: string, };

export type DuplicateKind = "licence" | "name_and_hospital";

export type EditMessage = { room_id: string, item_id: string, text: string, mentions: Array<Mention>, };

/**
 * The doctor's applications about what was verified in their entry.
 */
export type EntryApplications = { own: OwnApplications, 
/**
 * What was typed and not yet sent; kept encrypted on this machine.
 */
draft: ChangeForm | null, 
/**
 * RFC 3339: as of when it is so.
 */
as_of: string, 
/**
 * The registry says so now. Otherwise it does not answer, and this is the copy on the machine.
 */
current: boolean, };

/**
 * What an application changes in an entry.
 */
export type EntryChange = { field: Field, 
/**
 * Codes of titles and departments, names of hospitals, and texts.
 */
before: string, after: string, };

/**
 * What of the entry its owner may change.
 */
export type EntryContent = { 
/**
 * At most 10.
 */
contacts: Array<OwnContact>, 
/**
 * Fields of special interest: at most 12, of 60 characters each.
 */
interests: Array<string>, 
/**
 * At most 12, as BCP 47 has them: `zh`, `de-AT`.
 */
languages: Array<string>, 
/**
 * At most 10 times when they are away, each of at most three years.
 */
leaves: Array<Leave>, };

export type EntryFault = "missing" | "too_long" | "not_an_email" | "not_a_phone_number" | "not_a_language" | "no_days" | "ends_before" | "leave_too_long" | "repeated" | "too_many";

export type EntryPart = "contacts" | "interests" | "languages" | "leaves";

/**
 * Something that keeps an entry from being saved.
 */
export type EntryProblem = { part: EntryPart, 
/**
 * Place in the list.
 */
index: number, fault: EntryFault, };

/**
 * One version of a resource of one's own entry. Answer of `GET /v1/entry/history`, a list with the latest first.
 */
export type EntryVersion = { 
/**
 * `Practitioner` or `PractitionerRole`.
 */
resource: string, version: number, 
/**
 * RFC 3339, UTC.
 */
at: string, 
/**
 * Whether the colleague changed it; otherwise it came by verification, import or the registry's operator.
 */
own: boolean, 
/**
 * Names of the elements that differ from the version before; empty for the first.
 */
changed: Array<string>, };

/**
 * Versions of the resources that an entry was read in.
 */
export type EntryVersions = { practitioner: number, role: number, };

/**
 * `message` is for developers and logs: English, without anything a person entered, a token or a key.
 */
export type Error = { code: ErrorCode, message: string, details?: ErrorDetails, };

/**
 * A code exists only if someone acts on it: the UI words each in both languages and offers what can be done.
 */
export type ErrorCode = "invalid_input" | "not_signed_in" | "unsent_of_another" | "keyring_missing" | "keyring_locked" | "offline" | "not_a_server" | "insecure_address" | "wrong_credentials" | "account_locked" | "session_expired" | "rate_limited" | "invalid_form" | "email_unconfirmed" | "wrong_code" | "code_expired" | "too_many_tries" | "mail_unavailable" | "wrong_state" | "too_large" | "unsupported_media" | "conflict" | "not_a_verifier" | "not_found" | "gone" | "not_joined" | "not_allowed" | "hand_over_first" | "first_letter_alone" | "password_too_short" | "password_too_weak" | "server_trouble" | "directory_foreign" | "directory_older" | "directory_changed" | "wrong_recovery_key" | "device_not_verified" | "disk_full" | "database_corrupt" | "internal";

/**
 * What more the UI needs to act.
 */
export type ErrorDetails = { problems?: Array<FormProblem>, retry_after_seconds?: number, };

/**
 * A message by its event.
 */
export type EventRef = { room_id: string, event_id: string, };

export type EvidenceKind = "licence" | "staff_card" | "other";

/**
 * An evidence image: PNG, JPEG or WebP, at most [`EVIDENCE_LIMIT`] bytes.
 */
export type EvidenceView = { 
/**
 * UUID chosen by the client.
 */
id: string, kind: EvidenceKind, file_name: string, 
/**
 * Size in bytes.
 */
size: number, 
/**
 * Whether its bytes are still kept: they are destroyed 30 days after the decision.
 */
available: boolean, };

export type ExportVCards = { 
/**
 * FHIR Practitioner ids, at most 1,000; who is not listed any more is left out.
 */
practitioner_ids: Array<string>, };

export type FacetValue = { 
/**
 * What to put into the query.
 */
key: string, 
/**
 * Both empty for `verified` and `joined`, whose keys are `yes` and `no`.
 */
label: Text, 
/**
 * Colleagues that match the query with this value in place of the facet's own selection.
 */
count: number, };

/**
 * Values with their counts, most frequent first; titles in their order of rank.
 */
export type Facets = { departments: Array<FacetValue>, organizations: Array<FacetValue>, titles: Array<FacetValue>, cities: Array<FacetValue>, verified: Array<FacetValue>, joined: Array<FacetValue>, };

/**
 * A field of the form that a problem belongs to.
 */
export type Field = "han_name" | "latin_name" | "title" | "licence_number" | "work_email" | "work_phone" | "hospital" | "city" | "department";

/**
 * What is wrong with a field; the UI words it.
 */
export type FieldProblem = "missing" | "too_long" | "not_han" | "not_latin" | "not_a_licence_number" | "not_an_email" | "not_a_phone_number" | "unknown" | "unchanged";

/**
 * What a file is that is no image.
 */
export type FileSort = "audio" | "video" | "other";

/**
 * What is being done about older messages that cannot be found yet.
 */
export type Filling = "preparing" | "fetching" | "waiting" | "done";

/**
 * Members whose names have what was typed; all of them if that is nothing.
 */
export type FindMembers = { room_id: string, text: string, };

export type FormProblem = { field: Field, problem: FieldProblem, };

/**
 * The doctor whose session ended on this machine without a sign-out.
 */
export type Former = { user_id: string, 
/**
 * Empty if it was not known when the session ended.
 */
name: Name, };

/**
 * Messages of one conversation, by their items or events, and where they go.
 */
export type ForwardMessages = { room_id: string, item_ids: Array<string>, to: Array<string>, 
/**
 * As one card with this title; each as a message of its own if there is none.
 */
title: string | null, };

/**
 * A message of a card, as the one says who handed it on: nothing proves who wrote it.
 */
export type ForwardedMessage = { name: Name, 
/**
 * RFC 3339, UTC.
 */
at: string, text: string, };

export type GroupDetails = { name: string, 
/**
 * Empty if there is none.
 */
topic: string, history: GroupHistory, 
/**
 * The doctor's own.
 */
role: GroupRole, may: GroupRights, 
/**
 * Whether this machine knows everybody who is in it.
 */
complete: boolean, };

/**
 * What later members see of what was written before them.
 */
export type GroupHistory = "from_invitation" | "shared";

export type GroupMember = { person: Person, role: GroupRole, 
/**
 * Has not accepted yet.
 */
invited: boolean, 
/**
 * Whether the doctor may take them out.
 */
removable: boolean, };

/**
 * What the doctor may do in a group.
 */
export type GroupRights = { 
/**
 * Name and topic.
 */
rename: boolean, invite: boolean, 
/**
 * Making somebody an admin, or no admin any more.
 */
appoint: boolean, hand_over: boolean, 
/**
 * Calling everybody with one mention.
 */
mention_all: boolean, };

/**
 * What somebody is in a group.
 */
export type GroupRole = "owner" | "admin" | "member";

export type HandOverGroup = { room_id: string, user_id: string, 
/**
 * The doctor stays an admin.
 */
stay_admin: boolean, };

export type Introduce = { first: Letter, second: Letter, };

/**
 * The conversations in which the letters are, in their order.
 */
export type Introduced = { first: RoomRef, second: RoomRef, };

export type InviteToGroup = { room_id: string, 
/**
 * FHIR Practitioner ids; at most [`MOST_INVITED`].
 */
practitioner_ids: Array<string>, };

export type KeepScope = { scope: DirectoryScope, };

export type Language = "system" | "zh-CN" | "en";

export type LastMessage = { own: boolean, 
/**
 * Who wrote it; none where that goes without saying.
 */
sender: Name | null, preview: Preview, 
/**
 * RFC 3339, UTC.
 */
at: string, 
/**
 * Of an own message that is not out yet; the timeline knows more.
 */
delivery: Delivery | null, };

export type LatinNameFor = { han: string, };

/**
 * A time of leave, in the colleague's own words. Days are `YYYY-MM-DD`, both included.
 */
export type Leave = { from: string, through: string, 
/**
 * At most 60 characters.
 */
text: string, };

export type LeaveGroup = { room_id: string, 
/**
 * What was written stays on this machine, to be read and found.
 */
keep: boolean, };

/**
 * Somebody who could not be invited.
 */
export type LeftOut = { practitioner_id: string, code: ErrorCode, };

/**
 * What one of two colleagues is told about the other.
 */
export type Letter = { 
/**
 * FHIR Practitioner id of whom it goes to.
 */
practitioner_id: string, text: string, };

/**
 * Where the names of one letter begin in a search that is sorted by name.
 */
export type LetterStart = { 
/**
 * `A` to `Z`, `#` for what has no pinyin or Latin letter.
 */
letter: string, 
/**
 * Index of the first row.
 */
index: number, };

export type Link = "online" | "connecting" | "weak" | "offline";

/**
 * An address that the system handed over: `consilium://…` or `matrix:…`.
 */
export type LinkAddress = { address: string, };

/**
 * One change of a list; mirrors `eyeball_im::VectorDiff`. Indices refer to the list as the earlier operations left it.
 */
export type ListOp<T> = { "op": "append", items: Array<T>, } | { "op": "clear" } | { "op": "push_front", item: T, } | { "op": "push_back", item: T, } | { "op": "pop_front" } | { "op": "pop_back" } | { "op": "insert", index: number, item: T, } | { "op": "set", index: number, item: T, } | { "op": "remove", index: number, } | { "op": "truncate", length: number, } | { "op": "reset", items: Array<T>, };

/**
 * A message about a list: the first is always a reset.
 */
export type ListUpdate<T> = { "type": "reset", items: Array<T>, } | { "type": "batch", ops: Array<ListOp<T>>, };

/**
 * A hospital of the directory.
 */
export type ListedHospital = { 
/**
 * FHIR id of the Organization.
 */
id: string, name: string, 
/**
 * The same in Latin script; empty if there is none.
 */
name_latin: string, city: string, };

export type MemberRef = { room_id: string, user_id: string, };

export type Membership = "joined" | "invited" | "left";

export type MembershipChange = "joined" | "left" | "invited" | "declined" | "removed";

/**
 * Somebody, or everybody, who is named in a message.
 */
export type Mention = { 
/**
 * Their account; of everybody the id of the room.
 */
id: string, 
/**
 * As it stands in the text, with its `@`.
 */
text: string, };

export type MergeEntry = { 
/**
 * Who gives way.
 */
practitioner_id: string, merger: Merger, };

/**
 * Lets an entry give way to another of the same colleague.
 */
export type Merger = { 
/**
 * FHIR id of the Practitioner that is kept.
 */
into: string, };

export type MessageBody = { "kind": "text", 
/**
 * What was written; also what an edit begins with.
 */
text: string, 
/**
 * None if there is none to show.
 */
formatted: Array<Block> | null, edited: boolean, } | { "kind": "image", file: Attachment, } | { "kind": "file", sort: FileSort, file: Attachment, } | { "kind": "poll", poll: Poll, } | { "kind": "forwarded", 
/**
 * What clients show that know no cards.
 */
text: string, messages: Array<ForwardedMessage>, } | { "kind": "undecryptable", before_this_device: boolean, } | { "kind": "unsupported" } | { "kind": "unencrypted" } | { "kind": "recalled" };

export type MessageHit = { room_id: string, event_id: string, sender: Person, own: boolean, 
/**
 * RFC 3339, UTC.
 */
at: string, kind: MessageKind, 
/**
 * What stands around the first word that was found, in one line.
 */
excerpt: string, 
/**
 * Where the words are in it: half-open ranges in UTF-16 code units.
 */
ranges: Array<[number, number]>, };

/**
 * Messages with the words as whole words first, then those with words that begin so; in each the latest first.
 */
export type MessageHits = { hits: Array<MessageHit>, 
/**
 * For the next ones; none at the end.
 */
cursor: string | null, 
/**
 * How many there are in all. Counted for the first answer alone: 0 in those that follow.
 */
found: number, 
/**
 * There are more than were counted.
 */
found_more: boolean, coverage: SearchCoverage, };

/**
 * What a message is, as one looks for it.
 */
export type MessageKind = "text" | "link" | "image" | "file";

/**
 * A conversation, or a message in it.
 */
export type MessagePlace = { room_id: string, event_id: string | null, };

/**
 * Words, of which a message must have every one, and what narrows them. Without words the filters alone decide; without
 * either nothing is found.
 */
export type MessageQuery = { text: string, room_id: string | null, 
/**
 * User id of who wrote it.
 */
sender: string | null, 
/**
 * Of these kinds alone; of every kind if empty.
 */
kinds: Array<MessageKind>, 
/**
 * First and last day, `YYYY-MM-DD` where this machine is.
 */
since: string | null, until: string | null, 
/**
 * From the answer before, for what follows it.
 */
cursor: string | null, limit: number, };

/**
 * A message by the id of its item, or of its event.
 */
export type MessageRef = { room_id: string, item_id: string, };

export type MuteConversation = { room_id: string, muted: boolean, };

/**
 * A name in both scripts; either may be empty, not both.
 */
export type Name = { han: string, latin: string, };

/**
 * Where a name matched: half-open ranges in UTF-16 code units.
 */
export type NameMatch = { han: Array<[number, number]>, latin: Array<[number, number]>, };

/**
 * A notification as it may be shown: what the person does not want on the screen is not in it.
 */
export type Notification = { 
/**
 * A later one with the same key takes its place.
 */
key: string, about: NotificationKind, source: NotificationSource | null, 
/**
 * One line of the latest message.
 */
text: string | null, 
/**
 * Where it leads; none: to the list of conversations.
 */
place: MessagePlace | null, };

/**
 * How much a notification says to whoever stands at the screen.
 */
export type NotificationDetail = "text" | "sender" | "nothing";

/**
 * What a notification is about.
 */
export type NotificationKind = { "kind": "messages", 
/**
 * How many it stands for.
 */
count: number, 
/**
 * The latest names the doctor, or everybody.
 */
mention: boolean, } | { "kind": "invitation" } | { "kind": "several", conversations: number, };

export type NotificationSettings = { on: boolean, detail: NotificationDetail, quiet_hours: QuietHours, 
/**
 * Nothing is told until then; RFC 3339.
 */
silent_until: string | null, };

/**
 * From whom it is, as far as the person wants that shown.
 */
export type NotificationSource = { sender: Name, 
/**
 * Name of the group, empty if it has none; none in a conversation of two.
 */
group: string | null, };

export type NotificationUpdate = { "type": "reset", notifications: Array<Notification>, } | { "type": "show", notification: Notification, quietly: boolean, } | { "type": "withdraw", key: string, };

/**
 * A hospital with its departments, the largest first.
 */
export type OrganizationCard = { id: string, name: Text, province: Text, city: Text, grade: string, 
/**
 * Number of the switchboard; empty if the directory has none.
 */
phone: string, colleagues: number, joined: number, 
/**
 * The doctor works there.
 */
own: boolean, departments: Array<DepartmentCount>, };

/**
 * Hospitals of one city, which follow each other in the results.
 */
export type OrganizationGroup = { 
/**
 * Both empty if the directory does not say.
 */
province: Text, city: Text, 
/**
 * Place of the first among all results.
 */
index: number, organizations: number, colleagues: number, };

/**
 * A hospital as the registry's search found it.
 */
export type OrganizationHit = { id: string, zh: string, en: string, city_zh: string, city_en: string, 
/**
 * `三级甲等`; empty if unknown.
 */
grade: string, };

/**
 * Hospitals by province and city, those with most colleagues first.
 */
export type OrganizationPage = { rows: Array<OrganizationRow>, 
/**
 * Hospitals that match, beyond this page too.
 */
total: number, 
/**
 * Colleagues of all that match.
 */
colleagues: number, 
/**
 * Of all results; with the first page alone.
 */
groups: Array<OrganizationGroup>, };

/**
 * A search of hospitals. Empty means no restriction.
 */
export type OrganizationQuery = { 
/**
 * Words separated by white space; each must match name (Han, pinyin, initials, Latin, usual abbreviations), city or
 * province.
 */
text: string, 
/**
 * Province key, as [`Places`] names it.
 */
province: string | null, 
/**
 * City key, as [`Places`] and the facets of colleagues name it.
 */
city: string | null, offset: number, 
/**
 * At most 500.
 */
limit: number, };

export type OrganizationRef = { 
/**
 * FHIR Organization id.
 */
organization_id: string, };

export type OrganizationRow = { 
/**
 * FHIR Organization id.
 */
id: string, name: Text, city: Text, 
/**
 * Such as `三级甲等`; empty if it has none.
 */
grade: string, colleagues: number, 
/**
 * Colleagues who have an account.
 */
joined: number, 
/**
 * The doctor works there.
 */
own: boolean, };

export type OrganizationSearch = { server: string, text: string, };

/**
 * One's own applications, and what they would change.
 */
export type OwnApplications = { 
/**
 * The entry as it is verified, as a transfer would state it.
 */
current: Change, 
/**
 * Last four digits of the licence number; none if the registry has none.
 */
licence_ending: string | null, 
/**
 * Day through which the verification counts, `YYYY-MM-DD`; none if it never was verified by an application.
 */
valid_until: string | null, 
/**
 * Those about the entry, the latest first. Of these at most one is open.
 */
applications: Array<ApplicationView>, };

export type OwnContact = { kind: OwnContactKind, value: string, 
/**
 * To whom it is shown.
 */
visibility: Visibility, };

export type OwnContactKind = "work_phone" | "mobile" | "home_phone" | "work_email" | "home_email" | "fax" | "other";

export type OwnEntry = { content: EntryContent, versions: EntryVersions, 
/**
 * RFC 3339: as of when it is so.
 */
as_of: string, 
/**
 * The registry says so now. Otherwise it does not answer, this is the copy on the machine, and nothing can be saved.
 */
current: boolean, };

/**
 * The account's password, for what the homeserver does only for whoever knows it.
 */
export type OwnPassword = { password: string, };

/**
 * With whom a conversation is.
 */
export type Party = { "kind": "colleague", person: Person, } | { "kind": "group", 
/**
 * One line; empty if it has none.
 */
name: string, 
/**
 * People in it, the doctor too; invited ones not.
 */
members: number, 
/**
 * Up to four of them, for its picture.
 */
faces: Array<Person>, 
/**
 * Of an invitation.
 */
invited_by: Person | null, };

/**
 * A password that is being chosen. It stays on this machine.
 */
export type PasswordDraft = { password: string, 
/**
 * What a guesser knows about the person: names, e-mail, hospital.
 */
personal: Array<string>, };

/**
 * The new password goes to the homeserver alone.
 */
export type PasswordReset = { new_password: string, };

export type PasswordResetBegin = { server: string, email: string, };

/**
 * How hard a password is to guess. The first two are refused.
 */
export type PasswordStrength = "too_short" | "weak" | "fair" | "good" | "strong";

/**
 * A vCard, a Matrix link or an account, at most 256 KiB.
 */
export type PastedText = { text: string, };

/**
 * A person in a conversation, as the directory on this machine knows them.
 */
export type Person = { user_id: string, 
/**
 * Empty if the directory does not know the account.
 */
practitioner_id: string, name: Name, verified: boolean, 
/**
 * Title code; empty if unknown.
 */
title: string, hospital: Text, };

/**
 * A telephone number in which the digits of a search were found.
 */
export type PhoneMatch = { number: string, 
/**
 * Half-open ranges in UTF-16 code units.
 */
ranges: Array<[number, number]>, };

export type PinMessage = { room_id: string, event_id: string, pinned: boolean, };

/**
 * A message that is pinned to its conversation.
 */
export type PinnedMessage = { event_id: string, sender: Person, preview: Preview, 
/**
 * RFC 3339, UTC.
 */
at: string, };

export type Pins = { 
/**
 * In the order they were written.
 */
messages: Array<PinnedMessage>, 
/**
 * Whether the doctor may pin and unpin here.
 */
may_change: boolean, };

/**
 * Where the window is asked to go.
 */
export type Place = { "kind": "colleague", practitioner_id: string, } | { "kind": "conversation", room_id: string, event_id: string | null, } | { "kind": "conversations" } | { "kind": "unknown_colleague" } | { "kind": "unknown_conversation" } | { "kind": "nowhere" };

export type PlaceConversation = { room_id: string, placement: Placement, };

/**
 * Where a conversation stands in the list.
 */
export type Placement = "normal" | "pinned" | "low_priority" | "archived";

/**
 * Where hospitals are, the places with most colleagues first.
 */
export type Places = { organizations: number, colleagues: number, provinces: Array<Province>, };

/**
 * A poll as it stands.
 */
export type Poll = { question: string, answers: Array<PollAnswer>, 
/**
 * How many of them one may choose.
 */
most: number, 
/**
 * Whether the votes are shown before it has ended.
 */
disclosed: boolean, ended: boolean, 
/**
 * How many have voted; 0 while that is not shown.
 */
voters: number, 
/**
 * Whether the doctor may end it.
 */
may_end: boolean, edited: boolean, };

export type PollAnswer = { 
/**
 * Stands for it in a vote.
 */
id: string, text: string, 
/**
 * 0 while that is not shown.
 */
votes: number, 
/**
 * The doctor chose it.
 */
own: boolean, 
/**
 * The first twenty of those who chose it, oneself first.
 */
people: Array<Person>, };

/**
 * Degrees (WGS 84).
 */
export type Position = { latitude: number, longitude: number, };

/**
 * Somebody already registered or applying who may be the same person.
 */
export type PossibleDuplicate = { kinds: Array<DuplicateKind>, han_name: string, latin_name: string, hospital: string, 
/**
 * The hospital's name in Latin script; empty if there is none.
 */
hospital_latin: string, 
/**
 * Last four digits.
 */
licence_ending: string | null, 
/**
 * Set if it is a directory entry.
 */
practitioner_id: string | null, 
/**
 * Set if it is another application.
 */
application_reference: string | null, 
/**
 * RFC 3339, UTC; none for an application that is not decided.
 */
verified_at: string | null, };

export type PractitionerRef = { practitioner_id: string, };

export type Preview = { "kind": "text", body: string, } | { "kind": "image", caption: string, } | { "kind": "file", name: string, } | { "kind": "poll", question: string, } | { "kind": "undecryptable" } | { "kind": "unsupported" } | { "kind": "unencrypted" } | { "kind": "recalled" };

export type Province = { 
/**
 * Empty for hospitals of which the directory does not say it, such as those abroad.
 */
key: string, name: Text, organizations: number, colleagues: number, position: Position | null, cities: Array<City>, };

/**
 * A QR code (ISO/IEC 18004), without the four light modules that must be around it.
 */
export type QrCode = { 
/**
 * Rows from the top, as long as there are rows; a dark module is `1`, a light one `0`.
 */
rows: Array<string>, };

/**
 * When nothing is told, by the clock of this machine.
 */
export type QuietHours = { on: boolean, 
/**
 * Minutes since midnight. If it ends before it begins, it ends on the next day; if both are the same, it lasts a day.
 */
from: number, to: number, 
/**
 * The days on which it begins, Monday first.
 */
days: [boolean, boolean, boolean, boolean, boolean, boolean, boolean], 
/**
 * Still tells of what names the doctor; also while silent for a while.
 */
mentions: boolean, };

export type Quoted = { sender: Person, preview: Preview, };

export type React = { room_id: string, item_id: string, word: ReactionWord, };

export type Reaction = { 
/**
 * None for what another client sent.
 */
word: ReactionWord | null, 
/**
 * As it was sent; at most 32 characters.
 */
key: string, count: number, own: boolean, 
/**
 * The own one waits on this machine.
 */
queued: boolean, 
/**
 * The first twenty of them, oneself first.
 */
people: Array<Person>, };

/**
 * The words colleagues react with: a thumb is ambiguous in medicine.
 */
export type ReactionWord = "agree" | "noted" | "query";

/**
 * How many of the others have read it.
 */
export type ReadCount = { by: number, of: number, };

/**
 * Who has read an own message, and who has not.
 */
export type Readers = { read: Array<Person>, unread: Array<Person>, };

export type ReasonCode = "evidence_unclear" | "evidence_missing" | "register_mismatch" | "not_employed" | "duplicate" | "other";

/**
 * Whom a card, a link or an account names.
 */
export type Recognition = { "kind": "colleague", practitioner_id: string, } | { "kind": "unlisted", name: string, user_id: string, } | { "kind": "nobody" } | { "kind": "no_code" };

/**
 * A new recovery key, in groups of four characters. It is shown once and kept nowhere.
 */
export type RecoveryKey = { key: string, };

/**
 * What is known of the recovery key (Matrix: secret storage).
 */
export type RecoveryState = "unknown" | "not_set_up" | "set_up" | "not_kept" | "incomplete";

/**
 * The registration of this profile. It survives restarts; its secret is in the keyring.
 */
export type Registration = { 
/**
 * Address of the service; empty while nothing was entered.
 */
server: string, 
/**
 * What was typed and not yet sent; kept encrypted on this machine.
 */
draft: ApplicationForm | null, 
/**
 * The application as the registry last told it.
 */
application: ApplicationView | null, 
/**
 * RFC 3339, UTC: when the registry last answered about it.
 */
checked_at: string | null, 
/**
 * Why the last attempt to hear from the registry failed, if it did.
 */
problem: Error | null, 
/**
 * The account is being made: the doctor chose a password and the rest goes on by itself.
 */
making_account: boolean, };

export type RegistrationDraft = { server: string, form: ApplicationForm, };

/**
 * Takes an entry out. `note` (at most 1,000 characters) is for the record.
 */
export type Removal = { reason: RemovalReason, note: string | null, };

/**
 * Why an entry is taken out of the directory.
 */
export type RemovalReason = "licence_withdrawn" | "left_practice" | "false_identity" | "misuse" | "deceased" | "other";

/**
 * Who took an entry out, and why.
 */
export type RemovalRecord = { reason: RemovalReason, note: string | null, 
/**
 * Name of the verifier; empty of what was done on the command line.
 */
by: string, 
/**
 * RFC 3339, UTC.
 */
at: string, 
/**
 * Whether the homeserver has locked the account, if there is one: until it answers, that is tried every minute.
 */
locked: boolean, };

export type RemoveEntry = { practitioner_id: string, removal: Removal, };

export type RemoveEvidence = { evidence_id: string, };

export type RenameDevice = { device_id: string, 
/**
 * At most 100 characters. The homeserver reads it.
 */
name: string, };

/**
 * What a message answers.
 */
export type Reply = { event_id: string, 
/**
 * None while it is fetched, and if it cannot be had.
 */
quoted: Quoted | null, };

export type ReportInvitation = { room_id: string, reason: ReportReason, 
/**
 * In the doctor's words; may be empty.
 */
text: string, };

/**
 * Why somebody is reported to the homeserver's administrators.
 */
export type ReportReason = "advertising" | "false_identity" | "harassment" | "other";

export type RequestVerification = { 
/**
 * The other device; none for any verified one of the account.
 */
device_id: string | null, };

/**
 * A contact that the colleague shows on request.
 */
export type RequestableContact = { kind: ContactKind, 
/**
 * What became of the doctor's request; none if they have not asked.
 */
state: ContactRequestState | null, };

/**
 * The three boxes of the queue.
 */
export type ReviewBox = "pending" | "waiting" | "done";

export type ReviewCounts = { pending: number, waiting: number, };

/**
 * One application as its reviewer sees it. Reading it is recorded.
 */
export type ReviewDetail = { id: string, reference: string, kind: ApplicationKind, status: ApplicationStatus, 
/**
 * To be sent back with the decision: a decision on an older version is refused.
 */
version: number, form: ApplicationForm, hospital: string, 
/**
 * The hospital's name in Latin script; empty if there is none.
 */
hospital_latin: string, 
/**
 * Of a hospital that was entered by hand: those of the directory that it may be, the likeliest first, at most five.
 */
similar_hospitals: Array<ListedHospital>, email_confirmed: boolean, 
/**
 * RFC 3339, UTC.
 */
submitted_at: string, 
/**
 * Why it came back, the last time: also after it was sent again. None once approved.
 */
reason: ReasonCode | null, 
/**
 * What the verifier wrote to the applicant with the last decision.
 */
note: string | null, 
/**
 * Whose entry it is about, as soon as there is one.
 */
practitioner_id: string | null, 
/**
 * The colleague's account was revoked, and the entry taken out, since.
 */
removed: boolean, 
/**
 * Of a change: what would be, or was, changed in the entry. Empty of a renewal.
 */
changes: Array<EntryChange>, duplicates: Array<PossibleDuplicate>, evidence: Array<EvidenceView>, 
/**
 * Latest first.
 */
audit: Array<AuditEntry>, };

/**
 * An entry as a verifier sees it. Reading it is recorded.
 */
export type ReviewEntry = { 
/**
 * FHIR id of the Practitioner.
 */
practitioner_id: string, han_name: string, latin_name: string, 
/**
 * Whether it is in the directory.
 */
listed: boolean, 
/**
 * Where it gave way to another: that one's id.
 */
replaced_by: string | null, removal: RemovalRecord | null, 
/**
 * Matrix user id, if the colleague has joined.
 */
user_id: string | null, verifier: boolean, 
/**
 * Day through which the verification counts, `YYYY-MM-DD`.
 */
valid_until: string | null, 
/**
 * Named sources of imports that have it.
 */
sources: Array<string>, 
/**
 * Those that were submitted, the latest first.
 */
applications: Array<ReviewedApplication>, duplicates: Array<PossibleDuplicate>, };

/**
 * A row of the queue.
 */
export type ReviewItem = { id: string, reference: string, kind: ApplicationKind, status: ApplicationStatus, 
/**
 * The colleague's account was revoked, and the entry taken out, since.
 */
removed: boolean, han_name: string, latin_name: string, title: string, department: string, hospital: string, 
/**
 * The hospital's name in Latin script; empty if there is none.
 */
hospital_latin: string, 
/**
 * RFC 3339, UTC.
 */
submitted_at: string, possible_duplicate: boolean, 
/**
 * Submitted more than two working days ago.
 */
overdue: boolean, };

export type ReviewPage = { items: Array<ReviewItem>, counts: ReviewCounts, 
/**
 * Pass as `cursor` for the following page.
 */
next: string | null, };

export type ReviewQuery = { box: ReviewBox, cursor: string | null, };

/**
 * An application of the colleague whose entry it is.
 */
export type ReviewedApplication = { id: string, reference: string, kind: ApplicationKind, status: ApplicationStatus, 
/**
 * RFC 3339, UTC.
 */
submitted_at: string, };

export type Role = "physician" | "verifier";

export type RoomRef = { room_id: string, };

/**
 * A piece of text in one style; a newline in it is one on the screen.
 */
export type Run = { text: string, strong: boolean, emphasis: boolean, code: boolean, 
/**
 * Where it leads: http, https or mailto.
 */
link: string | null, 
/**
 * Whom it names: an account, or a room for everybody in it.
 */
mention: string | null, };

export type SaveDraft = { room_id: string, 
/**
 * The event that the thread begins with whose field it stands in.
 */
thread: string | null, 
/**
 * Without text and target it is removed.
 */
draft: Draft, };

/**
 * `conflict` if the entry is not in these versions any more. What is there already is saved once.
 */
export type SaveEntry = { content: EntryContent, versions: EntryVersions, };

export type SaveNote = { 
/**
 * FHIR Practitioner id.
 */
practitioner_id: string, 
/**
 * At most 2,000 characters; empty removes the note.
 */
text: string, };

export type SaveSearch = { 
/**
 * 1 to 100 characters; a search of this name is replaced.
 */
name: string, query: DirectoryQuery, };

/**
 * A search that the doctor kept, without a page of it.
 */
export type SavedSearch = { id: string, name: string, query: DirectoryQuery, };

export type SavedSearchRef = { id: string, };

export type ScheduleMessage = { message: SendText, 
/**
 * When it is to go out; RFC 3339.
 */
at: string, };

/**
 * A message that waits for its time; the one that goes out first is the first.
 */
export type ScheduledMessage = { id: number, message: SendText, 
/**
 * RFC 3339, UTC.
 */
at: string, 
/**
 * Why it could not be queued when its time came. It waits for the doctor then.
 */
problem: ErrorCode | null, };

export type ScheduledRef = { id: number, };

/**
 * Something that may be kept.
 */
export type ScopeChoice = { scope: DirectoryScope, 
/**
 * The province, or the hospital at the top; both empty for everything.
 */
name: Text, 
/**
 * None if neither this machine nor the registry's list of files tells.
 */
colleagues: number | null, 
/**
 * Bytes on the disk, about; exactly of what is kept now.
 */
disk_bytes: number | null, 
/**
 * Bytes to be fetched for it.
 */
sent_bytes: number, };

/**
 * What can be found: of one conversation if the question was about one, of all otherwise.
 */
export type SearchCoverage = { 
/**
 * Everything from the first message on.
 */
complete: boolean, 
/**
 * From then on everything; none while nothing is known. RFC 3339, UTC.
 */
since: string | null, filling: Filling, 
/**
 * Messages that are here and cannot be read, so that they cannot be found either.
 */
undecryptable: number, };

/**
 * Security of the account, as this device sees it. Without a network: as of the last time there was one.
 */
export type Security = { 
/**
 * Those that are not verified first, then this one, then the others by when they were last seen.
 */
devices: Array<Device>, recovery: RecoveryState, 
/**
 * RFC 3339, UTC: when the recovery key was last checked on this device.
 */
recovery_checked_at: string | null, 
/**
 * Keys of messages are backed up on the homeserver, encrypted, and this device takes part.
 */
backup: boolean, 
/**
 * Keys in the backup; none until the homeserver was asked.
 */
keys_backed_up: number | null, 
/**
 * Whether this device is verified; none while it is not known.
 */
verified: boolean | null, 
/**
 * The verification that runs, or has just ended.
 */
verification: DeviceVerification | null, };

/**
 * An image or a file to be sent.
 */
export type SendAttachment = { room_id: string, 
/**
 * Its bytes.
 */
upload_id: string, 
/**
 * Of a smaller image of an image, for lists.
 */
thumbnail_id: string | null, name: string, 
/**
 * As the system says; empty if it does not know.
 */
media_type: string, 
/**
 * May be empty.
 */
caption: string, 
/**
 * Who is named in the caption.
 */
mentions: Array<Mention>, 
/**
 * The event it answers.
 */
reply_to: string | null, 
/**
 * The event that the thread begins with in which it is sent.
 */
thread: string | null, };

export type SendText = { room_id: string, text: string, 
/**
 * Who is named in it.
 */
mentions: Array<Mention>, 
/**
 * The event it answers.
 */
reply_to: string | null, 
/**
 * The event that the thread begins with in which it is written.
 */
thread: string | null, };

export type ServerAddress = { server: string, };

/**
 * A service at an address.
 */
export type Service = { address: string, name: string, };

export type SessionState = { "state": "starting" } | { "state": "signed_out", reason: SignedOutReason | null, 
/**
 * Whose session ended here: what they wrote and did not send may still be on this machine.
 */
former: Former | null, } | { "state": "signed_in", account: Account, } | { "state": "unavailable", error: Error, };

export type SetFavourite = { 
/**
 * FHIR Practitioner id.
 */
practitioner_id: string, favourite: boolean, };

export type SetSilence = { silence: Silence, };

export type SetTyping = { room_id: string, typing: boolean, };

/**
 * Kept in a plain file of the profile: needed before any key is.
 */
export type Settings = { language: Language, theme: Theme, notifications: NotificationSettings, window: WindowSettings, };

/**
 * A group that both the doctor and a colleague are in.
 */
export type SharedGroup = { room_id: string, name: string, 
/**
 * People in it, the doctor too.
 */
members: number, 
/**
 * Up to four of them, the colleague first.
 */
faces: Array<Person>, };

export type SignIn = { 
/**
 * Address of the service, with or without `https://`.
 */
server: string, 
/**
 * Work e-mail, localpart, or whole Matrix user id.
 */
user: string, password: string, 
/**
 * Whether what another doctor wrote here and did not send may be removed; without, `UnsentOfAnother` says that there is such.
 */
discard: boolean, };

export type SignOutDevices = { 
/**
 * Not this one.
 */
device_ids: Array<string>, password: string, };

/**
 * Why nobody is signed in, if the doctor should know.
 */
export type SignedOutReason = "session_expired" | "account_locked" | "key_lost" | "store_damaged";

/**
 * For how long nothing is told.
 */
export type Silence = "hour" | "morning" | "over";

export type StarMessage = { room_id: string, event_id: string, starred: boolean, };

/**
 * What a starred message says.
 */
export type Starred = { sender: Person, own: boolean, 
/**
 * RFC 3339, UTC.
 */
at: string, preview: Preview, };

/**
 * A starred message; the one that was starred last is the first.
 */
export type StarredMessage = { room_id: string, event_id: string, 
/**
 * None while it is not on this machine, and once it was recalled.
 */
message: Starred | null, };

export type StartConversation = { practitioner_id: string, };

/**
 * What a command reads; when it changes, the `changes` subscription tells and the UI asks again.
 */
export type Tag = "directory" | "contacts" | "review" | "applications" | "groups" | "search" | "scheduled";

/**
 * An own reaction that is to be taken back, by its key as it is shown: another client may have sent it.
 */
export type TakeReactionBack = { room_id: string, item_id: string, key: string, };

/**
 * The codes of forms and filters, in the order to show them.
 */
export type Terminology = { titles: Array<Concept>, departments: Array<Concept>, };

/**
 * A text in the languages the source has; either may be empty, not both.
 */
export type Text = { zh: string, en: string, };

export type Theme = "system" | "light" | "dark";

/**
 * A thread by the event it begins with.
 */
export type ThreadRef = { room_id: string, root: string, };

/**
 * What the message that a thread begins with says of it.
 */
export type ThreadSummary = { 
/**
 * Recalled ones do not count.
 */
replies: number, 
/**
 * Those of them that the doctor has not looked at.
 */
unread: number, 
/**
 * Who wrote the last one.
 */
sender: Person, 
/**
 * RFC 3339, UTC.
 */
at: string, preview: Preview, };

export type TimelineContent = { "kind": "day_divider", date: string, } | { "kind": "unread_divider" } | { "kind": "start" } | { "kind": "message", 
/**
 * Once the homeserver has it.
 */
event_id: string | null, sender: Person, own: boolean, 
/**
 * RFC 3339, UTC.
 */
at: string, body: MessageBody, 
/**
 * Of an own message.
 */
delivery: Delivery | null, 
/**
 * How an edit or a recall of it, or a vote in it, stands that is not out yet: queued or failed.
 */
change: Delivery | null, 
/**
 * Of an own message in a group that is out.
 */
readers: ReadCount | null, reply: Reply | null, reactions: Array<Reaction>, 
/**
 * Names the doctor, or everybody.
 */
mentions_me: boolean, 
/**
 * The thread that begins with it.
 */
thread: ThreadSummary | null, } | { "kind": "membership_change", person: Person, change: MembershipChange, 
/**
 * Who did it, if it was not them.
 */
by: Person | null, at: string, } | { "kind": "renamed", by: Person, name: string, at: string, };

/**
 * An item of a timeline; `id` is unique and stable within the subscription.
 */
export type TimelineItem = { id: string, content: TimelineContent, };

export type TimelineUpdate = { "type": "read_up_to", at: string | null, } | { "type": "items", update: ListUpdate<TimelineItem>, } | { "type": "backwards", state: Backwards, };

/**
 * A thread in which there is something that the doctor has not looked at.
 */
export type UnreadThread = { root: string, messages: number, };

/**
 * What is unread, as the badge counts it: of muted and archived conversations only what names the doctor.
 */
export type UnreadTotal = { 
/**
 * Messages; an invitation is one.
 */
count: number, };

/**
 * A picture in PNG, JPEG or WebP that the UI handed over.
 */
export type UploadRef = { upload_id: string, };

/**
 * vCards of version 4.0 (RFC 6350), ready to be written to a file.
 */
export type VCardFile = { 
/**
 * Proposed name, with its extension.
 */
file_name: string, text: string, 
/**
 * People in it.
 */
count: number, };

/**
 * Who vouches for a colleague. Dates are RFC 3339 (`verified_at`) and `YYYY-MM-DD` (`valid_until`).
 */
export type Verification = { verified_at: string, valid_until: string | null, 
/**
 * Whether it holds today: one that ran out is no badge.
 */
in_force: boolean, 
/**
 * In one script if the directory does not know who it is.
 */
verifier: Name, organization: Text, licence_ending: string | null, };

export type VerificationRef = { id: string, };

export type VerificationStep = { "step": "asked" } | { "step": "waiting" } | { "step": "preparing" } | { "step": "compare", emoji: [number, number, number, number, number, number, number], } | { "step": "compared" } | { "step": "done" } | { "step": "cancelled", reason: CancelReason, };

/**
 * To whom a contact is shown besides its owner, the widest circle first.
 */
export type Visibility = "verified" | "organization" | "on-request" | "nobody";

export type VotePoll = { room_id: string, item_id: string, 
/**
 * The ids of all that are chosen now; none takes the vote back.
 */
answers: Array<string>, };

/**
 * Manners of the desktop's window.
 */
export type WindowSettings = { 
/**
 * Closing the window leaves the program in the tray, if there is one: who closes a window does not mean to be out
 * of reach, and every messenger that doctors know does the same.
 */
close_to_tray: boolean, 
/**
 * When it is started with the session, the window stays in the tray.
 */
start_hidden: boolean, 
/**
 * Percent.
 */
zoom: number, spell_check: boolean, };

/**
 * Where an applicant works: a hospital the registry knows, or one it does not know yet.
 */
export type Workplace = { "kind": "listed", organization_id: string, name: string, } | { "kind": "unlisted", name: string, city: string, };

/** Every command: what it takes and what it answers. */
export interface Commands {
  app_info: { input: null; output: AppInfo };
  settings_save: { input: Settings; output: null };
  silence_set: { input: SetSilence; output: null };
  attention_set: { input: Attention; output: null };
  notification_answer: { input: AnswerNotification; output: null };
  link_open: { input: LinkAddress; output: null };
  place_open: { input: MessagePlace | null; output: null };
  destination_reached: { input: DestinationRef; output: null };
  terminology: { input: null; output: Terminology };
  service_find: { input: ServerAddress; output: Service };
  sign_in: { input: SignIn; output: null };
  sign_out: { input: null; output: null };
  session_retry: { input: null; output: null };
  reconnect: { input: null; output: null };
  password_strength: { input: PasswordDraft; output: PasswordStrength };
  password_reset_begin: { input: PasswordResetBegin; output: null };
  password_reset_finish: { input: PasswordReset; output: null };
  latin_name: { input: LatinNameFor; output: string };
  organization_search: { input: OrganizationSearch; output: Array<OrganizationHit> };
  registration_check: { input: ApplicationForm; output: Array<FormProblem> };
  registration_save_draft: { input: RegistrationDraft; output: null };
  registration_send: { input: RegistrationDraft; output: null };
  registration_resend_code: { input: null; output: null };
  registration_confirm_email: { input: ConfirmEmail; output: null };
  registration_add_evidence: { input: AddEvidence; output: null };
  registration_remove_evidence: { input: RemoveEvidence; output: null };
  registration_submit: { input: null; output: null };
  registration_withdraw: { input: null; output: null };
  registration_complete: { input: CompleteRegistration; output: null };
  review_list: { input: ReviewQuery; output: ReviewPage };
  review_application: { input: ApplicationRef; output: ReviewDetail };
  review_decide: { input: Decide; output: ReviewDetail };
  review_audit: { input: AuditQuery; output: AuditPage };
  review_entry: { input: PractitionerRef; output: ReviewEntry };
  review_remove: { input: RemoveEntry; output: ReviewEntry };
  review_merge: { input: MergeEntry; output: ReviewEntry };
  directory_search: { input: DirectoryQuery; output: DirectoryPage };
  directory_facets: { input: DirectoryQuery; output: Facets };
  directory_letters: { input: DirectoryQuery; output: Array<LetterStart> };
  directory_counts: { input: null; output: DirectoryCounts };
  directory_colleague: { input: PractitionerRef; output: ColleagueCard };
  directory_vcards: { input: ExportVCards; output: VCardFile };
  directory_organizations: { input: OrganizationQuery; output: OrganizationPage };
  directory_organization: { input: OrganizationRef; output: OrganizationCard };
  directory_places: { input: null; output: Places };
  directory_own_card: { input: null; output: BusinessCard };
  colleague_recognize_text: { input: PastedText; output: Recognition };
  colleague_recognize_picture: { input: UploadRef; output: Recognition };
  favourite_set: { input: SetFavourite; output: null };
  note_save: { input: SaveNote; output: null };
  saved_searches: { input: null; output: Array<SavedSearch> };
  saved_search_save: { input: SaveSearch; output: SavedSearch };
  saved_search_delete: { input: SavedSearchRef; output: null };
  directory_refresh: { input: null; output: null };
  directory_pause: { input: null; output: null };
  directory_scopes: { input: null; output: DirectoryScopes };
  directory_keep: { input: KeepScope; output: null };
  contact_ask: { input: AskForContact; output: null };
  contact_requests: { input: null; output: ContactRequests };
  contact_answer: { input: AnswerContactRequest; output: null };
  entry: { input: null; output: OwnEntry };
  entry_check: { input: EntryContent; output: Array<EntryProblem> };
  entry_save: { input: SaveEntry; output: null };
  entry_history: { input: null; output: Array<EntryVersion> };
  entry_applications: { input: null; output: EntryApplications };
  entry_application_check: { input: ChangeForm; output: Array<FormProblem> };
  entry_application_save_draft: { input: ChangeForm; output: null };
  entry_application_discard_draft: { input: null; output: null };
  entry_application_send: { input: ChangeForm; output: null };
  entry_application_resend_code: { input: null; output: null };
  entry_application_confirm_email: { input: ConfirmEmail; output: null };
  entry_application_add_evidence: { input: AddEvidence; output: null };
  entry_application_remove_evidence: { input: RemoveEvidence; output: null };
  entry_application_submit: { input: null; output: null };
  entry_application_withdraw: { input: null; output: null };
  conversation_start: { input: StartConversation; output: RoomRef };
  colleagues_introduce: { input: Introduce; output: Introduced };
  groups_shared: { input: PractitionerRef; output: Array<SharedGroup> };
  group_create: { input: CreateGroup; output: CreatedGroup };
  group_details: { input: RoomRef; output: GroupDetails };
  group_members: { input: FindMembers; output: Array<GroupMember> };
  group_invite: { input: InviteToGroup; output: Array<LeftOut> };
  group_remove: { input: MemberRef; output: null };
  group_change: { input: ChangeGroup; output: null };
  group_appoint: { input: AppointAdmin; output: null };
  group_hand_over: { input: HandOverGroup; output: null };
  group_leave: { input: LeaveGroup; output: null };
  group_forget: { input: RoomRef; output: null };
  conversation_place: { input: PlaceConversation; output: null };
  conversation_mute: { input: MuteConversation; output: null };
  conversation_mark_unread: { input: RoomRef; output: null };
  conversation_accept: { input: RoomRef; output: null };
  conversation_decline: { input: RoomRef; output: null };
  invitation_report: { input: ReportInvitation; output: null };
  message_send: { input: SendText; output: null };
  message_retry: { input: MessageRef; output: null };
  message_discard: { input: MessageRef; output: null };
  message_edit: { input: EditMessage; output: null };
  message_recall: { input: MessageRef; output: null };
  message_react: { input: React; output: null };
  message_take_reaction_back: { input: TakeReactionBack; output: null };
  poll_create: { input: CreatePoll; output: null };
  poll_vote: { input: VotePoll; output: null };
  poll_end: { input: MessageRef; output: null };
  message_pin: { input: PinMessage; output: null };
  messages_forward: { input: ForwardMessages; output: null };
  message_star: { input: StarMessage; output: null };
  starred_messages: { input: null; output: Array<StarredMessage> };
  message_schedule: { input: ScheduleMessage; output: null };
  scheduled_messages: { input: null; output: Array<ScheduledMessage> };
  scheduled_send: { input: ScheduledRef; output: null };
  scheduled_cancel: { input: ScheduledRef; output: null };
  message_readers: { input: MessageRef; output: Readers };
  timeline_load_older: { input: RoomRef; output: null };
  conversation_mark_read: { input: RoomRef; output: null };
  thread_mark_read: { input: ThreadRef; output: null };
  thread_draft: { input: ThreadRef; output: Draft | null };
  message_thread: { input: EventRef; output: string | null };
  keys_accept: { input: AccountRef; output: null };
  typing_set: { input: SetTyping; output: null };
  draft_save: { input: SaveDraft; output: null };
  attachment_limit: { input: null; output: AttachmentLimit };
  attachment_send: { input: SendAttachment; output: null };
  messages_find: { input: MessageQuery; output: MessageHits };
  conversations_find: { input: ConversationSearch; output: Array<ConversationHit> };
  search_coverage: { input: CoverageOf; output: SearchCoverage };
  security_refresh: { input: null; output: null };
  recovery_set_up: { input: null; output: RecoveryKey };
  recovery_replace: { input: null; output: RecoveryKey };
  recovery_kept: { input: null; output: null };
  recovery_check: { input: RecoveryKey; output: null };
  recovery_use: { input: RecoveryKey; output: null };
  identity_reset: { input: OwnPassword; output: null };
  devices_sign_out: { input: SignOutDevices; output: null };
  device_rename: { input: RenameDevice; output: null };
  verification_request: { input: RequestVerification; output: null };
  verification_accept: { input: VerificationRef; output: null };
  verification_compare: { input: CompareVerification; output: null };
  verification_end: { input: VerificationRef; output: null };
}

/** Every subscription: what it takes and what its events are. */
export interface Subscriptions {
  session: { input: null; event: SessionState };
  connection: { input: null; event: Connection };
  settings: { input: null; event: Settings };
  registration: { input: null; event: Registration };
  directory_status: { input: null; event: DirectoryStatus };
  security: { input: null; event: Security };
  conversations: { input: null; event: ListUpdate<Conversation> };
  timeline: { input: RoomRef; event: TimelineUpdate };
  thread: { input: ThreadRef; event: TimelineUpdate };
  pins: { input: RoomRef; event: Pins };
  doubts: { input: RoomRef; event: Array<DeviceDoubt> };
  colleague_devices: { input: AccountRef; event: ColleagueDevices };
  typing: { input: RoomRef; event: Array<Person> };
  changes: { input: null; event: Array<Tag> };
  notifications: { input: null; event: NotificationUpdate };
  unread: { input: null; event: UnreadTotal };
  destination: { input: null; event: Destination | null };
}

/** Which data a command reads: asked again when a `changes` event names its tag. */
export const READS: { readonly [C in keyof Commands]?: readonly Tag[] } = {
  review_list: ["review"],
  review_audit: ["review"],
  directory_search: ["directory","contacts"],
  directory_facets: ["directory","contacts"],
  directory_letters: ["directory","contacts"],
  directory_counts: ["directory","contacts"],
  directory_colleague: ["directory","contacts"],
  directory_organizations: ["directory"],
  directory_organization: ["directory"],
  directory_places: ["directory"],
  directory_own_card: ["directory"],
  saved_searches: ["contacts"],
  directory_scopes: ["directory"],
  contact_requests: ["directory"],
  entry: ["directory"],
  entry_history: ["directory"],
  entry_applications: ["applications","directory"],
  groups_shared: ["groups","directory"],
  group_details: ["groups","directory"],
  group_members: ["groups","directory"],
  starred_messages: ["contacts","search"],
  scheduled_messages: ["scheduled"],
  messages_find: ["search"],
  conversations_find: ["search","directory"],
  search_coverage: ["search"],
};
