//! The command list, carried out.

use crate::entry::applications;
use crate::links::Asked;
use crate::registry::Evidence;
use crate::{Core, cards, chat, contacts, directory, entry, links, notifications, password, search};
use consilium_api::account::{Link, PasswordReset, PasswordResetBegin, Service, SignIn};
use consilium_api::attachments::{AttachmentLimit, SendAttachment};
use consilium_api::business_card::{BusinessCard, PastedText, Recognition, UploadRef};
use consilium_api::chat::{
    Draft, EditMessage, MessageRef, MuteConversation, PinMessage, PlaceConversation, React, Readers, ReportInvitation,
    RoomRef, SaveDraft, SendText, SetTyping, StartConversation, TakeReactionBack,
};
use consilium_api::commands::{
    ApplicationRef, AuditQuery, Decide, LatinNameFor, MergeEntry, PractitionerRef, RemoveEntry, ReviewQuery,
    ServerAddress,
};
use consilium_api::devices::AccountRef;
use consilium_api::directory::{
    AnswerContactRequest, AskForContact, ColleagueCard, DirectoryCounts, DirectoryPage, DirectoryQuery,
    DirectoryScopes, ExportVCards, Facets, KeepScope, LetterStart, SaveNote, SaveSearch, SavedSearch, SavedSearchRef,
    SetFavourite, VCardFile,
};
use consilium_api::entry::{EntryApplications, EntryContent, EntryProblem, OwnEntry, SaveEntry};
use consilium_api::forward::ForwardMessages;
use consilium_api::groups::{
    AppointAdmin, ChangeGroup, CreateGroup, CreatedGroup, FindMembers, GroupDetails, GroupMember, HandOverGroup,
    InviteToGroup, LeaveGroup, LeftOut, MemberRef,
};
use consilium_api::introduction::{Introduce, Introduced, SharedGroup};
use consilium_api::notifications::{
    AnswerNotification, Attention, DestinationRef, LinkAddress, MessagePlace, SetSilence,
};
use consilium_api::organizations::{OrganizationCard, OrganizationPage, OrganizationQuery, OrganizationRef, Places};
use consilium_api::password::{PasswordDraft, PasswordStrength};
use consilium_api::polls::{CreatePoll, VotePoll};
use consilium_api::registration::{
    AddEvidence, CompleteRegistration, Concept, ConfirmEmail, OrganizationHit, OrganizationSearch, RegistrationDraft,
    RemoveEvidence, Terminology,
};
use consilium_api::registry::{
    ApplicationForm, AuditPage, ChangeForm, ContactRequests, EntryVersion, FormProblem, NewContactRequest,
    ReviewDetail, ReviewEntry, ReviewPage, terminology,
};
use consilium_api::scheduled::{ScheduleMessage, ScheduledMessage, ScheduledRef};
use consilium_api::search::{
    ConversationHit, ConversationSearch, CoverageOf, MessageHits, MessageQuery, SearchCoverage,
};
use consilium_api::security::{
    CompareVerification, OwnPassword, RecoveryKey, RenameDevice, RequestVerification, SignOutDevices, VerificationRef,
};
use consilium_api::settings::{AppInfo, Settings};
use consilium_api::stars::{StarMessage, StarredMessage};
use consilium_api::threads::{EventRef, ThreadRef};
use consilium_api::{Commands, Error, ErrorCode, Media, MediaBody, Result};
use matrix_sdk::ruma::{RoomId, UserId};
use tokio::sync::broadcast;

/// Messages a step back loads.
const OLDER: u16 = 30;
/// How long the registry has to say how large the parts of the directory are.
const SIZES_WITHIN: std::time::Duration = std::time::Duration::from_secs(3);
/// Colleagues in one file of vCards.
const MOST_VCARDS: usize = 1_000;

impl Commands for Core {
    async fn app_info(&self, (): ()) -> Result<AppInfo> {
        let profile = &self.inner.lifecycle.profile;
        Ok(AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: std::env::consts::OS.to_owned(),
            profile: profile.name.clone(),
            default_server: profile.default_server.clone(),
        })
    }

    async fn settings_save(&self, input: Settings) -> Result<()> {
        self.inner.settings.save(input)
    }

    async fn silence_set(&self, input: SetSilence) -> Result<()> {
        let until = notifications::end_of(input.silence, chrono::Local::now());
        self.inner.settings.change(|settings| settings.notifications.silent_until = until)
    }

    async fn attention_set(&self, input: Attention) -> Result<()> {
        let room = input.room_id.map(RoomId::parse).transpose();
        let room = room.map_err(|_| Error::new(ErrorCode::InvalidInput, "not a room id"))?;
        self.inner.lifecycle.notifier.attend(input.in_front, room.filter(|_| input.in_front));
        Ok(())
    }

    async fn notification_answer(&self, input: AnswerNotification) -> Result<()> {
        notifications::answer(&*self.inner.lifecycle.active().await?, input).await
    }

    async fn link_open(&self, input: LinkAddress) -> Result<()> {
        self.inner.destinations.ask(Asked::Link(links::parse(&input.address)));
        Ok(())
    }

    async fn place_open(&self, input: Option<MessagePlace>) -> Result<()> {
        self.inner.destinations.ask(Asked::Place(input));
        Ok(())
    }

    async fn destination_reached(&self, input: DestinationRef) -> Result<()> {
        self.inner.destinations.reached(input.id);
        Ok(())
    }

    async fn terminology(&self, (): ()) -> Result<Terminology> {
        let list = |concepts: &[terminology::Concept]| {
            let own = |c: &terminology::Concept| Concept { code: c.code.into(), zh: c.zh.into(), en: c.en.into() };
            concepts.iter().map(own).collect()
        };
        Ok(Terminology { titles: list(terminology::TITLES), departments: list(terminology::DEPARTMENTS) })
    }

    async fn service_find(&self, input: ServerAddress) -> Result<Service> {
        let servers = crate::registry::Servers::find(&self.inner.lifecycle.http, &input.server).await?;
        Ok(Service { address: servers.address, name: servers.name })
    }

    async fn sign_in(&self, input: SignIn) -> Result<()> {
        self.inner.lifecycle.sign_in(input).await
    }

    async fn sign_out(&self, (): ()) -> Result<()> {
        self.inner.lifecycle.sign_out().await
    }

    async fn session_retry(&self, (): ()) -> Result<()> {
        self.inner.registrations.wake();
        self.inner.lifecycle.open().await;
        Ok(())
    }

    async fn reconnect(&self, (): ()) -> Result<()> {
        self.inner.lifecycle.active().await?.reconnect().await;
        Ok(())
    }

    async fn password_strength(&self, input: PasswordDraft) -> Result<PasswordStrength> {
        Ok(password::strength(&input.password, &input.personal))
    }

    async fn password_reset_begin(&self, input: PasswordResetBegin) -> Result<()> {
        self.inner.password_resets.begin(input).await
    }

    async fn password_reset_finish(&self, input: PasswordReset) -> Result<()> {
        self.inner.password_resets.finish(input).await
    }

    async fn latin_name(&self, input: LatinNameFor) -> Result<String> {
        Ok(directory::latin_name(&input.han))
    }

    async fn organization_search(&self, input: OrganizationSearch) -> Result<Vec<OrganizationHit>> {
        let text = input.text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let http = &self.inner.lifecycle.http;
        let servers = crate::registry::Servers::find(http, &input.server).await?;
        crate::registry::organizations(http, &servers.registry, text).await
    }

    async fn registration_check(&self, input: ApplicationForm) -> Result<Vec<FormProblem>> {
        Ok(input.normalized().problems())
    }

    async fn registration_save_draft(&self, input: RegistrationDraft) -> Result<()> {
        self.inner.registrations.save_draft(input).await
    }

    async fn registration_send(&self, input: RegistrationDraft) -> Result<()> {
        self.inner.registrations.send(input).await
    }

    async fn registration_resend_code(&self, (): ()) -> Result<()> {
        self.inner.registrations.resend_code().await
    }

    async fn registration_confirm_email(&self, input: ConfirmEmail) -> Result<()> {
        self.inner.registrations.confirm_email(input.code).await
    }

    async fn registration_add_evidence(&self, input: AddEvidence) -> Result<()> {
        let bytes = self.inner.uploads.take_picture(&input.upload_id)?;
        let evidence = Evidence::new(input.evidence_id, input.kind, input.file_name, bytes)?;
        self.inner.registrations.add_evidence(evidence).await
    }

    async fn registration_remove_evidence(&self, input: RemoveEvidence) -> Result<()> {
        self.inner.registrations.remove_evidence(&input.evidence_id).await
    }

    async fn registration_submit(&self, (): ()) -> Result<()> {
        self.inner.registrations.submit().await
    }

    async fn registration_withdraw(&self, (): ()) -> Result<()> {
        self.inner.registrations.withdraw().await
    }

    async fn registration_complete(&self, input: CompleteRegistration) -> Result<()> {
        self.inner.registrations.complete(input.password, input.discard).await
    }

    async fn review_list(&self, input: ReviewQuery) -> Result<ReviewPage> {
        self.inner.lifecycle.active().await?.registry.review_list(input.review_box, input.cursor.as_deref()).await
    }

    async fn review_application(&self, input: ApplicationRef) -> Result<ReviewDetail> {
        self.inner.lifecycle.active().await?.registry.review_application(&input.application_id).await
    }

    async fn review_decide(&self, input: Decide) -> Result<ReviewDetail> {
        let active = self.inner.lifecycle.active().await?;
        let detail = active.registry.review_decide(&input.application_id, &input.decision).await?;
        self.inner.review_changed.send(()).ok();
        Ok(detail)
    }

    async fn review_audit(&self, input: AuditQuery) -> Result<AuditPage> {
        self.inner
            .lifecycle
            .active()
            .await?
            .registry
            .review_audit(input.application_id.as_deref(), input.cursor.as_deref())
            .await
    }

    async fn review_entry(&self, input: PractitionerRef) -> Result<ReviewEntry> {
        self.inner.lifecycle.active().await?.registry.review_entry(&input.practitioner_id).await
    }

    async fn review_remove(&self, input: RemoveEntry) -> Result<ReviewEntry> {
        let active = self.inner.lifecycle.active().await?;
        let entry = active.registry.review_remove(&input.practitioner_id, &input.removal).await?;
        self.inner.review_changed.send(()).ok();
        active.refresh_soon();
        Ok(entry)
    }

    async fn review_merge(&self, input: MergeEntry) -> Result<ReviewEntry> {
        let active = self.inner.lifecycle.active().await?;
        let entry = active.registry.review_merge(&input.practitioner_id, &input.merger).await?;
        self.inner.review_changed.send(()).ok();
        active.refresh_soon();
        Ok(entry)
    }

    async fn directory_search(&self, mut input: DirectoryQuery) -> Result<DirectoryPage> {
        let active = self.inner.lifecycle.active().await?;
        input.limit = input.limit.min(500);
        active.directory.search(input).await
    }

    async fn directory_facets(&self, input: DirectoryQuery) -> Result<Facets> {
        self.inner.lifecycle.active().await?.directory.facets(input).await
    }

    async fn directory_counts(&self, (): ()) -> Result<DirectoryCounts> {
        self.inner.lifecycle.active().await?.directory.counts().await
    }

    async fn directory_letters(&self, input: DirectoryQuery) -> Result<Vec<LetterStart>> {
        self.inner.lifecycle.active().await?.directory.letters(input).await
    }

    async fn directory_colleague(&self, input: PractitionerRef) -> Result<ColleagueCard> {
        let active = self.inner.lifecycle.active().await?;
        let card = active.directory.colleague(&input.practitioner_id).await?;
        let favourite = active.contacts.is_favourite(&card.id);
        let note = active.contacts.note(&card.id).await?;
        Ok(ColleagueCard { favourite, note, ..card })
    }

    async fn directory_vcards(&self, input: ExportVCards) -> Result<VCardFile> {
        if input.practitioner_ids.len() > MOST_VCARDS {
            return Err(Error::new(ErrorCode::TooLarge, format!("a file has at most {MOST_VCARDS} vCards")));
        }
        let active = self.inner.lifecycle.active().await?;
        let mut cards = Vec::with_capacity(input.practitioner_ids.len());
        for id in &input.practitioner_ids {
            match active.directory.colleague(id).await {
                Ok(mut card) => {
                    if card.me {
                        entry::keep_shown_to_all(&active, &mut card).await?;
                    }
                    cards.push(card);
                }
                Err(error) if error.code == ErrorCode::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        if cards.is_empty() {
            return Err(Error::new(ErrorCode::NotFound, "nobody of them is listed"));
        }
        Ok(contacts::vcards(&cards))
    }

    async fn directory_organizations(&self, input: OrganizationQuery) -> Result<OrganizationPage> {
        self.inner.lifecycle.active().await?.directory.organizations(input).await
    }

    async fn directory_organization(&self, input: OrganizationRef) -> Result<OrganizationCard> {
        self.inner.lifecycle.active().await?.directory.organization(&input.organization_id).await
    }

    async fn directory_places(&self, (): ()) -> Result<Places> {
        self.inner.lifecycle.active().await?.directory.places().await
    }

    async fn directory_own_card(&self, (): ()) -> Result<BusinessCard> {
        cards::own(&*self.inner.lifecycle.active().await?).await
    }

    async fn colleague_recognize_text(&self, input: PastedText) -> Result<Recognition> {
        cards::recognize_text(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn colleague_recognize_picture(&self, input: UploadRef) -> Result<Recognition> {
        let active = self.inner.lifecycle.active().await?;
        cards::recognize_picture(&active, self.inner.uploads.take_picture(&input.upload_id)?).await
    }

    async fn favourite_set(&self, input: SetFavourite) -> Result<()> {
        self.inner.lifecycle.active().await?.contacts.set_favourite(input, now()).await
    }

    async fn note_save(&self, input: SaveNote) -> Result<()> {
        self.inner.lifecycle.active().await?.contacts.save_note(input, now()).await
    }

    async fn saved_searches(&self, (): ()) -> Result<Vec<SavedSearch>> {
        self.inner.lifecycle.active().await?.contacts.saved_searches().await
    }

    async fn saved_search_save(&self, input: SaveSearch) -> Result<SavedSearch> {
        self.inner.lifecycle.active().await?.contacts.save_search(input, now()).await
    }

    async fn saved_search_delete(&self, input: SavedSearchRef) -> Result<()> {
        self.inner.lifecycle.active().await?.contacts.delete_search(&input.id, now()).await
    }

    async fn directory_refresh(&self, (): ()) -> Result<()> {
        let active = self.inner.lifecycle.active().await?;
        active.directory.pause(false).await?;
        active.refresh_directory().await
    }

    async fn directory_pause(&self, (): ()) -> Result<()> {
        self.inner.lifecycle.active().await?.directory.pause(true).await
    }

    async fn directory_scopes(&self, (): ()) -> Result<DirectoryScopes> {
        let active = self.inner.lifecycle.active().await?;
        // What it said last is shown if it does not answer at once.
        let _ = tokio::time::timeout(SIZES_WITHIN, active.directory.look_at_sizes(&active.registry)).await;
        active.directory.scopes().await
    }

    async fn directory_keep(&self, input: KeepScope) -> Result<()> {
        let active = self.inner.lifecycle.active().await?;
        active.directory.keep(input.scope).await?;
        active.directory.pause(false).await?;
        active.refresh_soon();
        Ok(())
    }

    async fn contact_ask(&self, input: AskForContact) -> Result<()> {
        let active = self.inner.lifecycle.active().await?;
        let new = NewContactRequest { practitioner_id: input.practitioner_id, kind: input.kind };
        active.registry.ask_for_contact(&new).await?;
        // It is done; what is not fetched now comes with the next run.
        let _ = active.refresh_contacts().await;
        Ok(())
    }

    async fn contact_requests(&self, (): ()) -> Result<ContactRequests> {
        self.inner.lifecycle.active().await?.directory.requests().await
    }

    async fn contact_answer(&self, input: AnswerContactRequest) -> Result<()> {
        let active = self.inner.lifecycle.active().await?;
        active.registry.answer_contact_request(&input.id, input.granted).await?;
        let _ = active.refresh_contacts().await;
        Ok(())
    }

    async fn entry(&self, (): ()) -> Result<OwnEntry> {
        entry::read(&*self.inner.lifecycle.active().await?).await
    }

    async fn entry_check(&self, input: EntryContent) -> Result<Vec<EntryProblem>> {
        Ok(entry::check(&input))
    }

    async fn entry_save(&self, input: SaveEntry) -> Result<()> {
        let active = self.inner.lifecycle.active().await?;
        entry::save(&active, input).await?;
        active.refresh_soon();
        Ok(())
    }

    async fn entry_history(&self, (): ()) -> Result<Vec<EntryVersion>> {
        self.inner.lifecycle.active().await?.registry.entry_history().await
    }

    async fn entry_applications(&self, (): ()) -> Result<EntryApplications> {
        let active = self.inner.lifecycle.active().await?;
        let waited = applications::is_waiting(&active).await?;
        let read = applications::read(&active).await?;
        if waited && !applications::is_waiting(&active).await? {
            active.catch_up();
        }
        Ok(read)
    }

    async fn entry_application_check(&self, input: ChangeForm) -> Result<Vec<FormProblem>> {
        applications::check(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn entry_application_save_draft(&self, input: ChangeForm) -> Result<()> {
        applications::save_draft(&*self.inner.lifecycle.active().await?, input).await
    }

    async fn entry_application_discard_draft(&self, (): ()) -> Result<()> {
        applications::discard_draft(&*self.inner.lifecycle.active().await?).await
    }

    async fn entry_application_send(&self, input: ChangeForm) -> Result<()> {
        applications::send(&*self.inner.lifecycle.active().await?, input).await
    }

    async fn entry_application_resend_code(&self, (): ()) -> Result<()> {
        applications::resend_code(&*self.inner.lifecycle.active().await?).await
    }

    async fn entry_application_confirm_email(&self, input: ConfirmEmail) -> Result<()> {
        applications::confirm_email(&*self.inner.lifecycle.active().await?, &input.code).await
    }

    async fn entry_application_add_evidence(&self, input: AddEvidence) -> Result<()> {
        let bytes = self.inner.uploads.take_picture(&input.upload_id)?;
        let evidence = Evidence::new(input.evidence_id, input.kind, input.file_name, bytes)?;
        applications::add_evidence(&*self.inner.lifecycle.active().await?, &evidence).await
    }

    async fn entry_application_remove_evidence(&self, input: RemoveEvidence) -> Result<()> {
        applications::remove_evidence(&*self.inner.lifecycle.active().await?, &input.evidence_id).await
    }

    async fn entry_application_submit(&self, (): ()) -> Result<()> {
        applications::submit(&*self.inner.lifecycle.active().await?).await
    }

    async fn entry_application_withdraw(&self, (): ()) -> Result<()> {
        applications::withdraw(&*self.inner.lifecycle.active().await?).await
    }

    async fn conversation_start(&self, input: StartConversation) -> Result<RoomRef> {
        let active = self.inner.lifecycle.active().await?;
        let user = active.account_of(&input.practitioner_id).await?;
        let room = active.conversation_with(&user).await?;
        Ok(RoomRef { room_id: room.to_string() })
    }

    async fn colleagues_introduce(&self, input: Introduce) -> Result<Introduced> {
        chat::introduce(&*self.inner.lifecycle.active().await?, input).await
    }

    async fn groups_shared(&self, input: PractitionerRef) -> Result<Vec<SharedGroup>> {
        let active = self.inner.lifecycle.active().await?;
        let account = active.directory.colleague(&input.practitioner_id).await?.user_id;
        match account.map(UserId::parse) {
            Some(Ok(user)) => Ok(chat::groups_shared_with(&active, &user).await),
            _ => Ok(Vec::new()),
        }
    }

    async fn group_create(&self, input: CreateGroup) -> Result<CreatedGroup> {
        chat::group_create(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn group_details(&self, input: RoomRef) -> Result<GroupDetails> {
        chat::group_details(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn group_members(&self, input: FindMembers) -> Result<Vec<GroupMember>> {
        chat::group_members(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn group_invite(&self, input: InviteToGroup) -> Result<Vec<LeftOut>> {
        chat::group_invite(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn group_remove(&self, input: MemberRef) -> Result<()> {
        chat::group_remove(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn group_change(&self, input: ChangeGroup) -> Result<()> {
        chat::group_change(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn group_appoint(&self, input: AppointAdmin) -> Result<()> {
        chat::group_appoint(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn group_hand_over(&self, input: HandOverGroup) -> Result<()> {
        chat::group_hand_over(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn group_leave(&self, input: LeaveGroup) -> Result<()> {
        chat::group_leave(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn group_forget(&self, input: RoomRef) -> Result<()> {
        chat::group_forget(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn conversation_place(&self, input: PlaceConversation) -> Result<()> {
        chat::place(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn conversation_mute(&self, input: MuteConversation) -> Result<()> {
        chat::mute(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn conversation_mark_unread(&self, input: RoomRef) -> Result<()> {
        chat::mark_unread(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn conversation_accept(&self, input: RoomRef) -> Result<()> {
        let active = self.inner.lifecycle.active().await?;
        let room = chat::room(&active, &input.room_id)?;
        chat::ensure_online(&active)?;
        room.join().await.map_err(|error| crate::account::matrix_error(&error))
    }

    async fn conversation_decline(&self, input: RoomRef) -> Result<()> {
        chat::decline(&*self.inner.lifecycle.active().await?, &input.room_id).await
    }

    async fn invitation_report(&self, input: ReportInvitation) -> Result<()> {
        chat::report_invitation(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn message_send(&self, input: SendText) -> Result<()> {
        chat::send(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn message_retry(&self, input: MessageRef) -> Result<()> {
        chat::retry(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn message_discard(&self, input: MessageRef) -> Result<()> {
        chat::discard(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn message_edit(&self, input: EditMessage) -> Result<()> {
        chat::edit(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn message_recall(&self, input: MessageRef) -> Result<()> {
        chat::recall(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn message_react(&self, input: React) -> Result<()> {
        chat::react(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn message_take_reaction_back(&self, input: TakeReactionBack) -> Result<()> {
        chat::take_reaction_back(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn poll_create(&self, input: CreatePoll) -> Result<()> {
        chat::create_poll(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn poll_vote(&self, input: VotePoll) -> Result<()> {
        chat::vote_in_poll(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn poll_end(&self, input: MessageRef) -> Result<()> {
        chat::end_poll(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn message_pin(&self, input: PinMessage) -> Result<()> {
        chat::pin(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn messages_forward(&self, input: ForwardMessages) -> Result<()> {
        chat::forward(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn message_star(&self, input: StarMessage) -> Result<()> {
        let active = self.inner.lifecycle.active().await?;
        active.contacts.set_star(&input.room_id, &input.event_id, input.starred, now()).await
    }

    async fn starred_messages(&self, (): ()) -> Result<Vec<StarredMessage>> {
        chat::starred(&*self.inner.lifecycle.active().await?).await
    }

    async fn message_schedule(&self, input: ScheduleMessage) -> Result<()> {
        chat::schedule(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn scheduled_messages(&self, (): ()) -> Result<Vec<ScheduledMessage>> {
        chat::scheduled(&*self.inner.lifecycle.active().await?).await
    }

    async fn scheduled_send(&self, input: ScheduledRef) -> Result<()> {
        chat::send_scheduled(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn scheduled_cancel(&self, input: ScheduledRef) -> Result<()> {
        chat::cancel_scheduled(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn message_readers(&self, input: MessageRef) -> Result<Readers> {
        chat::readers(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn timeline_load_older(&self, input: RoomRef) -> Result<()> {
        let active = self.inner.lifecycle.active().await?;
        let timeline = active.timeline(&input.room_id).await?;
        timeline.paginate_backwards(OLDER).await.map(drop).map_err(|_| {
            if active.connection.borrow().link == Link::Online {
                Error::new(ErrorCode::ServerTrouble, "older messages could not be loaded")
            } else {
                Error::new(ErrorCode::Offline, "older messages need the network")
            }
        })
    }

    async fn conversation_mark_read(&self, input: RoomRef) -> Result<()> {
        self.inner.lifecycle.active().await?.mark_read(&input.room_id, None).await
    }

    async fn thread_mark_read(&self, input: ThreadRef) -> Result<()> {
        let root = chat::event_id(&input.root)?;
        self.inner.lifecycle.active().await?.mark_read(&input.room_id, Some(&root)).await
    }

    async fn thread_draft(&self, input: ThreadRef) -> Result<Option<Draft>> {
        let active = self.inner.lifecycle.active().await?;
        let room = chat::room(&active, &input.room_id)?;
        Ok(active.draft(&room, Some(&chat::event_id(&input.root)?)).await)
    }

    async fn message_thread(&self, input: EventRef) -> Result<Option<String>> {
        chat::message_thread(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn typing_set(&self, input: SetTyping) -> Result<()> {
        let active = self.inner.lifecycle.active().await?;
        if active.connection.borrow().link == Link::Online {
            // Nobody waits for it, and nobody misses it.
            let _ = chat::room(&active, &input.room_id)?.typing_notice(input.typing).await;
        }
        Ok(())
    }

    async fn keys_accept(&self, input: AccountRef) -> Result<()> {
        chat::accept_keys(&*self.inner.lifecycle.active().await?, &input).await
    }

    async fn draft_save(&self, input: SaveDraft) -> Result<()> {
        let active = self.inner.lifecycle.active().await?;
        let room = chat::room(&active, &input.room_id)?;
        let thread = input.thread.as_deref().map(chat::event_id).transpose()?;
        active.save_draft(&room, thread.as_deref(), input.draft).await
    }

    async fn attachment_limit(&self, (): ()) -> Result<AttachmentLimit> {
        Ok(AttachmentLimit { bytes: self.inner.lifecycle.active().await?.attachment_limit() })
    }

    async fn attachment_send(&self, input: SendAttachment) -> Result<()> {
        let bytes = self.inner.uploads.take(&input.upload_id)?;
        let thumbnail = input.thumbnail_id.as_deref().map(|id| self.inner.uploads.take(id)).transpose()?;
        chat::send_attachment(&*self.inner.lifecycle.active().await?, input, bytes, thumbnail).await
    }

    async fn messages_find(&self, input: MessageQuery) -> Result<MessageHits> {
        search::find(&*self.inner.lifecycle.active().await?, input).await
    }

    async fn conversations_find(&self, input: ConversationSearch) -> Result<Vec<ConversationHit>> {
        search::rooms(&self.inner.lifecycle.active().await?.search, &input.text).await
    }

    async fn search_coverage(&self, input: CoverageOf) -> Result<SearchCoverage> {
        search::coverage(&*self.inner.lifecycle.active().await?, input.room_id.as_deref()).await
    }

    async fn security_refresh(&self, (): ()) -> Result<()> {
        self.inner.lifecycle.active().await?.ask_security();
        Ok(())
    }

    async fn recovery_set_up(&self, (): ()) -> Result<RecoveryKey> {
        self.inner.lifecycle.active().await?.set_up_recovery().await
    }

    async fn recovery_replace(&self, (): ()) -> Result<RecoveryKey> {
        self.inner.lifecycle.active().await?.replace_recovery().await
    }

    async fn recovery_kept(&self, (): ()) -> Result<()> {
        self.inner.lifecycle.active().await?.keep_recovery().await;
        Ok(())
    }

    async fn recovery_check(&self, input: RecoveryKey) -> Result<()> {
        self.inner.lifecycle.active().await?.check_recovery(&input).await
    }

    async fn recovery_use(&self, input: RecoveryKey) -> Result<()> {
        self.inner.lifecycle.active().await?.use_recovery(&input).await
    }

    async fn identity_reset(&self, input: OwnPassword) -> Result<()> {
        self.inner.lifecycle.active().await?.reset_identity(&input).await
    }

    async fn devices_sign_out(&self, input: SignOutDevices) -> Result<()> {
        self.inner.lifecycle.active().await?.sign_out_devices(&input).await
    }

    async fn device_rename(&self, input: RenameDevice) -> Result<()> {
        self.inner.lifecycle.active().await?.rename_device(input).await
    }

    async fn verification_request(&self, input: RequestVerification) -> Result<()> {
        self.inner.lifecycle.active().await?.request_verification(input).await
    }

    async fn verification_accept(&self, input: VerificationRef) -> Result<()> {
        self.inner.lifecycle.active().await?.accept_verification(&input).await
    }

    async fn verification_compare(&self, input: CompareVerification) -> Result<()> {
        self.inner.lifecycle.active().await?.compare_verification(&input).await
    }

    async fn verification_end(&self, input: VerificationRef) -> Result<()> {
        self.inner.lifecycle.active().await?.end_verification(&input).await
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

impl Media for Core {
    fn upload(&self, bytes: Vec<u8>) -> Result<String> {
        self.inner.uploads.add(bytes)
    }

    async fn media(&self, path: &str) -> Result<MediaBody> {
        let not_found = || Error::new(ErrorCode::NotFound, "no such image");
        let (kind, rest) = path.trim_start_matches('/').split_once('/').ok_or_else(not_found)?;
        let (whose, which) = rest.split_once('/').ok_or_else(not_found)?;
        let active = self.inner.lifecycle.active().await?;
        match kind {
            "evidence" => active.registry.evidence(whose, which).await,
            "message" => chat::attached(&active, whose, which, chat::MediaSize::Whole).await,
            "thumbnail" => chat::attached(&active, whose, which, chat::MediaSize::Small).await,
            _ => Err(not_found()),
        }
    }
}

pub(crate) type ReviewChanged = broadcast::Sender<()>;
