//! The one list of commands and subscriptions.

use crate::account::{Connection, PasswordReset, PasswordResetBegin, Service, SessionState, SignIn};
use crate::attachments::{AttachmentLimit, SendAttachment};
use crate::business_card::{BusinessCard, PastedText, Recognition, UploadRef};
use crate::chat::{
    Conversation, Draft, EditMessage, MessageRef, MuteConversation, Person, PinMessage, Pins, PlaceConversation, React,
    Readers, ReportInvitation, RoomRef, SaveDraft, SendText, SetTyping, StartConversation, TakeReactionBack,
    TimelineUpdate,
};
use crate::devices::{AccountRef, ColleagueDevices, DeviceDoubt};
use crate::directory::{
    AnswerContactRequest, AskForContact, ColleagueCard, DirectoryCounts, DirectoryPage, DirectoryQuery,
    DirectoryScopes, DirectoryStatus, ExportVCards, Facets, KeepScope, LetterStart, SaveNote, SaveSearch, SavedSearch,
    SavedSearchRef, SetFavourite, VCardFile,
};
use crate::entry::{EntryApplications, EntryContent, EntryProblem, OwnEntry, SaveEntry};
use crate::error::{Error, ErrorCode, Result};
use crate::forward::ForwardMessages;
use crate::groups::{
    AppointAdmin, ChangeGroup, CreateGroup, CreatedGroup, FindMembers, GroupDetails, GroupMember, HandOverGroup,
    InviteToGroup, LeaveGroup, LeftOut, MemberRef,
};
use crate::introduction::{Introduce, Introduced, SharedGroup};
use crate::live::ListUpdate;
use crate::notifications::{
    AnswerNotification, Attention, Destination, DestinationRef, LinkAddress, MessagePlace, NotificationUpdate,
    SetSilence, UnreadTotal,
};
use crate::organizations::{OrganizationCard, OrganizationPage, OrganizationQuery, OrganizationRef, Places};
use crate::password::{PasswordDraft, PasswordStrength};
use crate::polls::{CreatePoll, VotePoll};
use crate::registration::{
    AddEvidence, CompleteRegistration, ConfirmEmail, OrganizationHit, OrganizationSearch, Registration,
    RegistrationDraft, RemoveEvidence, Terminology,
};
use crate::scheduled::{ScheduleMessage, ScheduledMessage, ScheduledRef};
use crate::search::{ConversationHit, ConversationSearch, CoverageOf, MessageHits, MessageQuery, SearchCoverage};
use crate::security::{
    CompareVerification, OwnPassword, RecoveryKey, RenameDevice, RequestVerification, Security, SignOutDevices,
    VerificationRef,
};
use crate::settings::{AppInfo, Settings};
use crate::stars::{StarMessage, StarredMessage};
use crate::threads::{EventRef, ThreadRef};
use consilium_registry_api::{
    AuditPage, ChangeForm, ContactRequests, Decision, EntryVersion, FormProblem, Merger, Removal, ReviewBox,
    ReviewDetail, ReviewEntry, ReviewPage,
};
use futures_core::stream::BoxStream;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use ts_rs::TS;

/// What a command reads; when it changes, the `changes` subscription tells and the UI asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    Directory,
    /// Favourites, notes, saved searches, and with whom the doctor wrote lately.
    Contacts,
    Review,
    /// The doctor's applications about their own entry.
    Applications,
    /// Who is in which room.
    Groups,
    /// Which messages can be found.
    Search,
    /// Messages that wait for their time.
    Scheduled,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LatinNameFor {
    pub han: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ServerAddress {
    pub server: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PractitionerRef {
    pub practitioner_id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReviewQuery {
    #[serde(rename = "box")]
    pub review_box: ReviewBox,
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ApplicationRef {
    pub application_id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Decide {
    pub application_id: String,
    pub decision: Decision,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoveEntry {
    pub practitioner_id: String,
    pub removal: Removal,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MergeEntry {
    /// Who gives way.
    pub practitioner_id: String,
    pub merger: Merger,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AuditQuery {
    /// Of this application alone.
    pub application_id: Option<String>,
    pub cursor: Option<String>,
}

fn parse<T: DeserializeOwned>(name: &str, input: Value) -> Result<T> {
    // serde's own message may quote the input, which may be a password or a patient's name.
    serde_json::from_value(input)
        .map_err(|_| Error::new(ErrorCode::InvalidInput, format!("input of {name} does not have its shape")))
}

fn to_value<T: Serialize>(value: T) -> Result<Value> {
    serde_json::to_value(value).map_err(|_| Error::new(ErrorCode::Internal, "an answer could not be serialized"))
}

macro_rules! commands {
    ($( $(#[$doc:meta])* $name:ident($input:ty) -> $output:ty $(, reads $($tag:ident)+)?; )*) => {
        /// Everything a user interface can ask for.
        pub trait Commands: Send + Sync {
            $( $(#[$doc])* fn $name(&self, input: $input) -> impl Future<Output = Result<$output>> + Send; )*
        }

        /// Names of all commands.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

        /// Calls the command `name` with its input as JSON.
        pub async fn dispatch<C: Commands>(commands: &C, name: &str, input: Value) -> Result<Value> {
            match name {
                $( stringify!($name) => to_value(commands.$name(parse::<$input>(name, input)?).await?), )*
                _ => Err(Error::new(ErrorCode::InvalidInput, "no such command")),
            }
        }

        pub(crate) fn visit_commands(v: &mut impl crate::bindings::Visit) {
            $( v.command::<$input, $output>(stringify!($name), &[$($(Tag::$tag),+)?]); )*
        }
    };
}

macro_rules! subscriptions {
    ($( $(#[$doc:meta])* $name:ident($input:ty) -> $event:ty; )*) => {
        /// Everything a user interface can watch. A stream ends when its subject is gone for good.
        pub trait Subscriptions: Send + Sync {
            $( $(#[$doc])* fn $name(&self, input: $input) -> impl Future<Output = Result<BoxStream<'static, $event>>> + Send; )*
        }

        /// Names of all subscriptions.
        pub const SUBSCRIPTIONS: &[&str] = &[$(stringify!($name)),*];

        /// Opens the subscription `name`; each event is JSON. Dropping the stream ends it.
        pub async fn subscribe<S: Subscriptions>(
            subscriptions: &S,
            name: &str,
            input: Value,
        ) -> Result<BoxStream<'static, Value>> {
            match name {
                $( stringify!($name) => {
                    let events = subscriptions.$name(parse::<$input>(name, input)?).await?;
                    Ok(events.filter_map(|event| std::future::ready(to_value(event).ok())).boxed())
                } )*
                _ => Err(Error::new(ErrorCode::InvalidInput, "no such subscription")),
            }
        }

        pub(crate) fn visit_subscriptions(v: &mut impl crate::bindings::Visit) {
            $( v.subscription::<$input, $event>(stringify!($name)); )*
        }
    };
}

commands! {
    app_info(()) -> AppInfo;
    settings_save(Settings) -> ();
    /// Tells of nothing for a while, or of everything again.
    silence_set(SetSilence) -> ();
    /// Says what the doctor has before them, so that nothing is told of it.
    attention_set(Attention) -> ();
    /// Queues what was written in a notification, and marks its conversation as read. What cannot be queued stands in the
    /// field of the conversation, below what stood there.
    notification_answer(AnswerNotification) -> ();
    /// Asks the window to go where a link leads. It joins nothing and writes to nobody.
    link_open(LinkAddress) -> ();
    /// Asks the window to go to a conversation, or to the list of them.
    place_open(Option<MessagePlace>) -> ();
    /// The window is there, or has said that it cannot be.
    destination_reached(DestinationRef) -> ();
    /// Titles and departments.
    terminology(()) -> Terminology;

    /// Asks the address which service it is.
    service_find(ServerAddress) -> Service;
    sign_in(SignIn) -> ();
    /// Removes everything of the account from this machine, also when the server cannot be told.
    sign_out(()) -> ();
    /// Tries again to open the profile after `SessionState::Unavailable`.
    session_retry(()) -> ();
    /// Tries to reach the servers now instead of at the next attempt.
    reconnect(()) -> ();
    /// How hard a password is to guess that is being chosen.
    password_strength(PasswordDraft) -> PasswordStrength;
    /// Has the homeserver mail a link to the confirmed work e-mail.
    password_reset_begin(PasswordResetBegin) -> ();
    /// Sets the new password once the link was opened; `email_unconfirmed` until then.
    password_reset_finish(PasswordReset) -> ();

    /// Pinyin for a Han name with its surname's own reading: `单田芳` → `Shan Tianfang`. Empty if it is none.
    latin_name(LatinNameFor) -> String;
    organization_search(OrganizationSearch) -> Vec<OrganizationHit>;
    /// The problems of the form as it stands, by the registry's own rules.
    registration_check(consilium_registry_api::ApplicationForm) -> Vec<FormProblem>;
    registration_save_draft(RegistrationDraft) -> ();
    /// Sends the form; a new or changed e-mail gets a code.
    registration_send(RegistrationDraft) -> ();
    registration_resend_code(()) -> ();
    registration_confirm_email(ConfirmEmail) -> ();
    registration_add_evidence(AddEvidence) -> ();
    registration_remove_evidence(RemoveEvidence) -> ();
    registration_submit(()) -> ();
    /// Takes the application back and forgets it on this machine.
    registration_withdraw(()) -> ();
    /// Makes the account with this password and signs in.
    registration_complete(CompleteRegistration) -> ();

    review_list(ReviewQuery) -> ReviewPage, reads Review;
    /// The registry records it as a look at the application, so nothing but a look asks for it.
    review_application(ApplicationRef) -> ReviewDetail;
    review_decide(Decide) -> ReviewDetail;
    review_audit(AuditQuery) -> AuditPage, reads Review;
    /// An entry as verifiers see it. Recorded as a look too.
    review_entry(PractitionerRef) -> ReviewEntry;
    /// Takes a colleague out of the directory.
    review_remove(RemoveEntry) -> ReviewEntry;
    /// Lets an entry give way to another of the same colleague; answers the one that is kept.
    review_merge(MergeEntry) -> ReviewEntry;

    directory_search(DirectoryQuery) -> DirectoryPage, reads Directory Contacts;
    directory_facets(DirectoryQuery) -> Facets, reads Directory Contacts;
    /// The letter index of a search sorted by name; empty for other orders.
    directory_letters(DirectoryQuery) -> Vec<LetterStart>, reads Directory Contacts;
    directory_counts(()) -> DirectoryCounts, reads Directory Contacts;
    /// Whose entry gave way is found by its id all the same.
    directory_colleague(PractitionerRef) -> ColleagueCard, reads Directory Contacts;
    /// Writes nothing: the file is the host's to save.
    directory_vcards(ExportVCards) -> VCardFile;
    /// Hospitals of the directory by place, with how many colleagues they have.
    directory_organizations(OrganizationQuery) -> OrganizationPage, reads Directory;
    /// A hospital with its departments.
    directory_organization(OrganizationRef) -> OrganizationCard, reads Directory;
    /// Provinces and cities that have hospitals.
    directory_places(()) -> Places, reads Directory;
    /// The doctor's own card, to be shown as a QR code.
    directory_own_card(()) -> BusinessCard, reads Directory;
    /// Whom a vCard, a link or an account names.
    colleague_recognize_text(PastedText) -> Recognition;
    /// Whom the QR code of a picture names.
    colleague_recognize_picture(UploadRef) -> Recognition;
    favourite_set(SetFavourite) -> ();
    note_save(SaveNote) -> ();
    /// By name.
    saved_searches(()) -> Vec<SavedSearch>, reads Contacts;
    saved_search_save(SaveSearch) -> SavedSearch;
    saved_search_delete(SavedSearchRef) -> ();
    /// Fetches what changed now, or goes on with a fetch that was stopped.
    directory_refresh(()) -> ();
    /// Stops a fetch of the whole directory where it is.
    directory_pause(()) -> ();
    /// How much of the directory may be kept on this machine, and what that takes.
    directory_scopes(()) -> DirectoryScopes, reads Directory;
    /// Keeps more or less of the directory. What is kept now stays in use until the other is here.
    directory_keep(KeepScope) -> ();
    contact_ask(AskForContact) -> ();
    /// As of the last time the registry was asked.
    contact_requests(()) -> ContactRequests, reads Directory;
    contact_answer(AnswerContactRequest) -> ();

    /// As the registry has it; the copy on the machine if it cannot be reached.
    entry(()) -> OwnEntry, reads Directory;
    /// The problems of an entry as it stands, by the registry's own rules.
    entry_check(EntryContent) -> Vec<EntryProblem>;
    entry_save(SaveEntry) -> ();
    /// How the entry came to be as it is, the latest version first. Needs the registry.
    entry_history(()) -> Vec<EntryVersion>, reads Directory;

    /// The doctor's applications about their own entry, as the registry has them; the copy on the machine if it cannot be
    /// reached.
    entry_applications(()) -> EntryApplications, reads Applications Directory;
    /// The problems of an application as it stands, by the registry's own rules.
    entry_application_check(ChangeForm) -> Vec<FormProblem>;
    entry_application_save_draft(ChangeForm) -> ();
    entry_application_discard_draft(()) -> ();
    /// Sends the form: a new application, or the open one changed. A new e-mail gets a code.
    entry_application_send(ChangeForm) -> ();
    entry_application_resend_code(()) -> ();
    entry_application_confirm_email(ConfirmEmail) -> ();
    entry_application_add_evidence(AddEvidence) -> ();
    entry_application_remove_evidence(RemoveEvidence) -> ();
    entry_application_submit(()) -> ();
    entry_application_withdraw(()) -> ();

    /// The one-to-one conversation with a colleague, made if there is none.
    conversation_start(StartConversation) -> RoomRef;
    /// Sends each of two colleagues a letter about the other, both or none, in the conversations one has with them.
    colleagues_introduce(Introduce) -> Introduced;
    /// Groups that a colleague is in too, by name.
    groups_shared(PractitionerRef) -> Vec<SharedGroup>, reads Groups Directory;
    /// Makes a group, encrypted and by invitation only, and invites the chosen. Needs the homeserver, as all that follows
    /// about groups does.
    group_create(CreateGroup) -> CreatedGroup;
    group_details(RoomRef) -> GroupDetails, reads Groups Directory;
    /// Owner and admins first, then by name. As far as this machine knows without a network.
    group_members(FindMembers) -> Vec<GroupMember>, reads Groups Directory;
    /// Answers who could not be invited.
    group_invite(InviteToGroup) -> Vec<LeftOut>;
    /// Takes somebody out, or an invitation back.
    group_remove(MemberRef) -> ();
    /// Name and topic.
    group_change(ChangeGroup) -> ();
    group_appoint(AppointAdmin) -> ();
    /// Makes another member the owner.
    group_hand_over(HandOverGroup) -> ();
    /// `HandOverFirst` for its only owner, if others are there.
    group_leave(LeaveGroup) -> ();
    /// Deletes what was kept of a group that was left. Needs the homeserver.
    group_forget(RoomRef) -> ();
    /// Pins it to the top of the list, puts it to its end or out of sight. Needs the homeserver, as the next two do.
    conversation_place(PlaceConversation) -> ();
    conversation_mute(MuteConversation) -> ();
    conversation_mark_unread(RoomRef) -> ();
    conversation_accept(RoomRef) -> ();
    conversation_decline(RoomRef) -> ();
    /// Tells the homeserver's administrators who invites, and declines. `TooLarge` beyond `REPORT_LIMIT` characters.
    invitation_report(ReportInvitation) -> ();
    /// Queues a text message. A little Markdown is understood: bold, italics, code, lists, links.
    message_send(SendText) -> ();
    /// Tries again what the homeserver refused: an own message, an edit or a recall of it, a vote.
    message_retry(MessageRef) -> ();
    /// Removes an own message that was not sent, or gives up an edit, a recall or a vote that was not.
    message_discard(MessageRef) -> ();
    /// Queues another text for an own message; one that is not out yet is sent with it.
    message_edit(EditMessage) -> ();
    /// Takes an own message back: queued where the homeserver has it, at once where it does not.
    message_recall(MessageRef) -> ();
    /// Reacts with the word, or takes that back.
    message_react(React) -> ();
    message_take_reaction_back(TakeReactionBack) -> ();
    /// Queues a poll whose votes everybody sees.
    poll_create(CreatePoll) -> ();
    /// Queues a vote in place of the doctor's earlier one. `WrongState` once the poll has ended.
    poll_vote(VotePoll) -> ();
    /// Ends a poll for everybody.
    poll_end(MessageRef) -> ();
    /// Pins a message for everybody, or takes it off. Needs the homeserver.
    message_pin(PinMessage) -> ();
    /// Queues messages in other conversations: each as one of its own, or all as one card.
    messages_forward(ForwardMessages) -> ();
    message_star(StarMessage) -> ();
    starred_messages(()) -> Vec<StarredMessage>, reads Contacts Search;
    /// Keeps a text message on this machine and queues it when its time comes, or when the program is started after it. `InvalidInput`
    /// for a time that is over or more than a year away, `TooLarge` when 200 wait.
    message_schedule(ScheduleMessage) -> ();
    scheduled_messages(()) -> Vec<ScheduledMessage>, reads Scheduled;
    /// Queues it now. `NotFound` when it went out meanwhile.
    scheduled_send(ScheduledRef) -> ();
    /// Takes it away. `NotFound` when it went out meanwhile.
    scheduled_cancel(ScheduledRef) -> ();
    /// Who has read an own message, as far as this machine knows.
    message_readers(MessageRef) -> Readers;
    /// Loads about thirty older messages.
    timeline_load_older(RoomRef) -> ();
    conversation_mark_read(RoomRef) -> ();
    /// Marks what is now in the thread as read.
    thread_mark_read(ThreadRef) -> ();
    /// What stands in the field of a thread.
    thread_draft(ThreadRef) -> Option<Draft>;
    /// The event that the thread begins with in which this message stands; none if it stands in none. From what is here,
    /// else from the homeserver.
    message_thread(EventRef) -> Option<String>;
    /// The keys that a colleague has now are theirs: the doctor has asked them.
    keys_accept(AccountRef) -> ();
    typing_set(SetTyping) -> ();
    draft_save(SaveDraft) -> ();

    /// What the homeserver takes, as far as it was ever asked; it is known offline too.
    attachment_limit(()) -> AttachmentLimit;
    /// Queues an image or a file. What an image says of its place, its time or its device is taken off it first.
    /// `TooLarge` beyond the limit, `UnsupportedMedia` for an image off which that cannot be taken.
    attachment_send(SendAttachment) -> ();

    /// Messages on this machine. Needs no network.
    messages_find(MessageQuery) -> MessageHits, reads Search;
    /// Conversations by their names, at most fifty.
    conversations_find(ConversationSearch) -> Vec<ConversationHit>, reads Search Directory;
    search_coverage(CoverageOf) -> SearchCoverage, reads Search;

    /// Asks the homeserver about the account's devices and its backup now; the answer comes through `security`.
    security_refresh(()) -> ();
    /// Makes the account's recovery key. `Conflict` if there is one already.
    recovery_set_up(()) -> RecoveryKey;
    /// Makes another recovery key; the one before opens nothing from then on.
    recovery_replace(()) -> RecoveryKey;
    /// The key that was shown is kept.
    recovery_kept(()) -> ();
    /// Whether this is the account's recovery key: `WrongRecoveryKey` if not. Changes nothing.
    recovery_check(RecoveryKey) -> ();
    /// Fetches the account's secrets with its recovery key, which verifies this device.
    recovery_use(RecoveryKey) -> ();
    /// Gives up the account's keys, its backup and its recovery key for new ones. What only the old keys open is lost.
    identity_reset(OwnPassword) -> ();
    devices_sign_out(SignOutDevices) -> ();
    device_rename(RenameDevice) -> ();
    /// Asks another own device to compare emoji. One that runs is cancelled.
    verification_request(RequestVerification) -> ();
    verification_accept(VerificationRef) -> ();
    verification_compare(CompareVerification) -> ();
    /// Cancels a verification that runs, puts away one that has ended.
    verification_end(VerificationRef) -> ();
}

subscriptions! {
    session(()) -> SessionState;
    connection(()) -> Connection;
    settings(()) -> Settings;
    registration(()) -> Registration;
    directory_status(()) -> DirectoryStatus;
    security(()) -> Security;
    conversations(()) -> ListUpdate<Conversation>;
    /// What stands in a conversation outside of its threads.
    timeline(RoomRef) -> TimelineUpdate;
    /// The message that a thread begins with, and what was written about it. It is all there once that message is, which
    /// `timeline_load_older` loads.
    thread(ThreadRef) -> TimelineUpdate;
    pins(RoomRef) -> Pins;
    /// Those in a conversation whose devices or keys give reason to ask them; changed keys first.
    doubts(RoomRef) -> Vec<DeviceDoubt>;
    colleague_devices(AccountRef) -> ColleagueDevices;
    /// Who is typing, oneself not.
    typing(RoomRef) -> Vec<Person>;
    changes(()) -> Vec<Tag>;
    /// What the system is to show.
    notifications(()) -> NotificationUpdate;
    unread(()) -> UnreadTotal;
    /// Where the window is asked to go; none once it is there.
    destination(()) -> Option<Destination>;
}
