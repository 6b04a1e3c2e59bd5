//! What stands in `data.json`: the account, and one list after the other. Each function writes a batch of one, and says what is
//! written next.

use serde::Serialize;
use serde_json::json;

use super::{Archive, BATCH, Stage, photo_file, visible};
use crate::accounts::AccountCopy;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, MemberId, NoteId, PhotoId, ReactionId, ReportId, StatusId, ThanksId, UpdateId};
use crate::error::Result;
use crate::photos::PhotoState;
use crate::sites::{self, SiteScope};
use crate::yours::model::{Merge, Written};
use crate::{glance, journal, photos, reading, wishes};

impl Archive {
    pub(super) fn memberships(&mut self, conn: &mut Conn, after: MemberId) -> Result<Stage> {
        let batch = sites::list_own_memberships(conn, self.person, after, BATCH)?;
        for it in &batch {
            let name = visible(SiteScope::load(conn, &self.viewer, &it.site.slug))?;
            self.item(&json!({
                "page": name.as_ref().map(|scope| scope.site.name()),
                "address": name.as_ref().map(|scope| scope.site.path()),
                "role": it.role.as_str(),
                "state": it.state.as_str(),
                "circle": it.circle.as_str(),
                "delivery": it.hearing.delivery.as_str(),
                "digest_hour": it.hearing.hour,
                "digest_day": it.hearing.weekday_name(),
                "quiet_hours": it.hearing.quiet.in_words(),
                "what_i_said_when_i_asked": it.message,
                "since": it.created_at.rfc3339(),
                "read_through": it.read_through.map(Timestamp::rfc3339),
                "feed_address_since": it.feed_since.map(Timestamp::rfc3339),
                "is_seen_reading_by_name": it.shows_reading,
            }))?;
        }
        match batch.last() {
            Some(last) => Ok(Stage::Memberships(last.id)),
            None => {
                self.next_list("words")?;
                Ok(Stage::Words)
            }
        }
    }

    pub(super) fn words(&mut self, conn: &mut Conn) -> Result<Stage> {
        for written in self.next_written(conn)? {
            let page = self.name_of(conn, written.site())?;
            let audience = page.as_ref().and_then(|_| written.audience());
            let (title, text) = match &written {
                Written::Update(update) => (update.title.as_deref(), update.body.as_str()),
                Written::Wish(wish) => (None, wish.message.as_str()),
            };
            self.item(&json!({
                "kind": written.kind(),
                "page": page,
                "at": written.at().rfc3339(),
                "changed_at": written.changed_at().map(Timestamp::rfc3339),
                "for": audience,
                "title": title,
                "text": text,
            }))?;
        }
        if !self.merge.is_over() {
            return Ok(Stage::Words);
        }
        self.merge = Merge::default();
        self.next_list("drafts")?;
        Ok(Stage::Drafts(DraftId::nil()))
    }

    pub(super) fn drafts(&mut self, conn: &mut Conn, after: DraftId) -> Result<Stage> {
        let batch = journal::list_own_drafts(conn, self.person, after, BATCH)?;
        for draft in &batch {
            let page = self.name_of(conn, draft.site_id)?;
            let saved_at = draft.saved_at.rfc3339();
            self.item(&json!({ "page": page, "saved_at": saved_at, "title": draft.title, "text": draft.body }))?;
        }
        if let Some(last) = batch.last() {
            return Ok(Stage::Drafts(last.id));
        }
        self.next_list("hearts")?;
        Ok(Stage::Hearts(ReactionId::nil()))
    }

    pub(super) fn hearts(&mut self, conn: &mut Conn, after: ReactionId) -> Result<Stage> {
        let batch = wishes::list_own_hearts(conn, self.person, after, BATCH)?;
        for heart in &batch {
            let page = self.name_of(conn, heart.site_id)?;
            let (kind, at) = (heart.kind.as_str(), heart.created_at.rfc3339());
            self.item(&json!({ "page": page, "kind": kind, "to": heart.to, "at": at }))?;
        }
        if let Some(last) = batch.last() {
            return Ok(Stage::Hearts(last.id));
        }
        self.next_list("read")?;
        Ok(Stage::Readings(UpdateId::nil()))
    }

    /// That something was read, and when; what it was is not theirs.
    pub(super) fn readings(&mut self, conn: &mut Conn, after: UpdateId) -> Result<Stage> {
        let batch = reading::list_own_readings(conn, self.person, after, BATCH)?;
        for it in &batch {
            let page = self.name_of(conn, it.site_id)?;
            self.item(&json!({ "page": page, "at": it.created_at.rfc3339() }))?;
        }
        if let Some(last) = batch.last() {
            return Ok(Stage::Readings(last.update_id));
        }
        self.next_list("thanks_i_gave")?;
        Ok(Stage::Thanks(ThanksId::nil()))
    }

    pub(super) fn thanks(&mut self, conn: &mut Conn, after: ThanksId) -> Result<Stage> {
        let batch = wishes::list_own_thanks(conn, self.person, after, BATCH)?;
        for it in &batch {
            let page = self.name_of(conn, it.site_id)?;
            self.item(&json!({ "page": page, "at": it.created_at.rfc3339(), "text": it.message }))?;
        }
        if let Some(last) = batch.last() {
            return Ok(Stage::Thanks(last.id));
        }
        self.next_list("what_i_asked_to_be_looked_at")?;
        Ok(Stage::Reports(ReportId::nil()))
    }

    pub(super) fn reports(&mut self, conn: &mut Conn, after: ReportId) -> Result<Stage> {
        let batch = wishes::list_own_reports(conn, self.person, after, BATCH)?;
        for it in &batch {
            let page = self.name_of(conn, it.site_id)?;
            self.item(&json!({ "page": page, "at": it.created_at.rfc3339(), "why": it.reason }))?;
        }
        if let Some(last) = batch.last() {
            return Ok(Stage::Reports(last.id));
        }
        self.next_list("status_lines")?;
        Ok(Stage::StatusLines(StatusId::nil()))
    }

    pub(super) fn status_lines(&mut self, conn: &mut Conn, after: StatusId) -> Result<Stage> {
        let batch = glance::list_own_statuses(conn, self.person, after, BATCH)?;
        for line in &batch {
            let page = self.name_of(conn, line.site_id)?;
            self.item(&json!({ "page": page, "at": line.created_at.rfc3339(), "text": line.words }))?;
        }
        if let Some(last) = batch.last() {
            return Ok(Stage::StatusLines(last.id));
        }
        self.next_list("pinned_notes")?;
        Ok(Stage::Notes(NoteId::nil()))
    }

    pub(super) fn notes(&mut self, conn: &mut Conn, after: NoteId) -> Result<Stage> {
        let batch = glance::list_own_notes(conn, self.person, after, BATCH)?;
        for note in &batch {
            let page = self.name_of(conn, note.site_id)?;
            let at = note.updated_at.rfc3339();
            self.item(&json!({ "page": page, "at": at, "title": note.title, "text": note.body }))?;
        }
        if let Some(last) = batch.last() {
            return Ok(Stage::Notes(last.id));
        }
        self.next_list("photos")?;
        Ok(Stage::Photos(PhotoId::nil()))
    }

    pub(super) fn photos(&mut self, conn: &mut Conn, after: PhotoId) -> Result<Stage> {
        let batch = photos::list_own_photos(conn, self.person, after, BATCH)?;
        for photo in &batch {
            let page = self.name_of(conn, photo.site_id)?;
            self.item(&json!({
                "page": page,
                "at": photo.created_at.rfc3339(),
                "with": photo.place.as_str(),
                "caption": photo.caption,
                "description": photo.alt,
                "file": (photo.state == PhotoState::Ready).then(|| photo_file(photo.id)),
            }))?;
        }
        if let Some(last) = batch.last() {
            return Ok(Stage::Photos(last.id));
        }
        self.text("\n]\n}\n")?;
        self.start_file("what-i-wrote.md")?;
        self.text("# What I wrote\n")?;
        Ok(Stage::Readable)
    }

    /// One more in the list that is being written.
    fn item(&mut self, value: &impl Serialize) -> Result<()> {
        self.text(if self.is_first { "\n" } else { ",\n" })?;
        self.is_first = false;
        self.json(value)
    }

    fn next_list(&mut self, name: &str) -> Result<()> {
        self.is_first = true;
        self.text(&format!("\n],\n\"{name}\": ["))
    }
}

pub(super) fn account_data(account: &AccountCopy) -> serde_json::Value {
    let passkeys: Vec<_> = account
        .passkeys
        .iter()
        .map(|(name, made, used)| {
            json!({ "name": name, "made_at": made.rfc3339(), "used_at": used.map(Timestamp::rfc3339) })
        })
        .collect();
    let sessions: Vec<_> = account
        .sessions
        .iter()
        .map(|(device, scope, began, ends)| {
            json!({
                "device": device,
                "reaches": scope.as_str(),
                "began_at": began.rfc3339(),
                "ends_at": ends.rfc3339(),
            })
        })
        .collect();
    json!({
        "name": account.name,
        "email": account.email,
        "made_at": account.created_at.rfc3339(),
        "language": account.language,
        "time_zone": account.time_zone,
        "passkeys": passkeys,
        "sessions": sessions,
    })
}
