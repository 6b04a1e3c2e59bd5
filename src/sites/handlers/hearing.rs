//! How a member hears, chosen on the page or from a mail.

use crate::accounts;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::error::{AppError, Result};
use crate::sites::hearing::HearingInput;
use crate::sites::pages::HearingForm;
use crate::sites::store::{self, Recipient};

/// The form, as it is for a member.
pub(super) fn form(conn: &mut Conn, recipient: &Recipient) -> Result<HearingForm> {
    let may_choose_zone = may_choose_zone(conn, recipient)?;
    let holds = recipient.site.mail_holds;
    Ok(HearingForm::new(recipient.hearing, &recipient.zone, may_choose_zone, holds))
}

/// Whoever has an account and has chosen their zone there has chosen it for everything; for everybody else, this is the place.
fn may_choose_zone(conn: &mut Conn, recipient: &Recipient) -> Result<bool> {
    Ok(!recipient.zone.is_chosen() || !accounts::can_sign_in(conn, recipient.person_id)?)
}

/// Keeps what a member has chosen, and where their day is if that is needed for it.
pub(super) fn choose(conn: &mut Conn, recipient: &Recipient, input: &HearingInput, now: Timestamp) -> Result<()> {
    let hearing = input.parse(&recipient.hearing).map_err(AppError::Invalid)?;
    let mut zone = recipient.zone.clone();
    let needs_zone = hearing.delivery.is_digest() || hearing.quiet.exist();
    if needs_zone
        && let Some(chosen) = input.zone().filter(|chosen| *chosen != zone)
        && may_choose_zone(conn, recipient)?
    {
        accounts::update_zone(conn, recipient.person_id, &chosen, now)?;
        zone = chosen;
    }
    store::update_hearing(conn, recipient.member_id, &hearing, &zone, now)
}
