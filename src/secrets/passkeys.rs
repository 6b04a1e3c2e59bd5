//! Passkeys (Web Authentication, Level 3): what the authenticator is asked, and whether its answer is right.

use std::sync::Arc;

use url::Url;
use webauthn_rs::prelude::{
    CreationChallengeResponse, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Uuid,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::config::PublicUrl;
use crate::error::{AppError, Result};

/// Asks authenticators and checks what they say. Cheap to clone.
#[derive(Clone)]
pub struct Passkeys(Arc<Webauthn>);

/// A question to an authenticator: JSON for the browser, and what must be kept until it is answered.
pub struct Question {
    /// What `navigator.credentials` is given.
    pub options: String,
    /// What the answer is checked against; stays on the server.
    pub state: String,
}

/// A new passkey.
pub struct NewPasskey {
    /// What the authenticator calls it.
    pub credential_id: Vec<u8>,
    /// Its public key and its properties, as JSON.
    pub credential: String,
}

impl Passkeys {
    /// For the address under which people reach this installation; `None` where that is a bare IP address, which cannot
    /// have passkeys (WebAuthn, 5.1.3: the relying party's id is a domain).
    pub fn new(url: &PublicUrl) -> Result<Option<Self>, String> {
        let origin = Url::parse(url.origin()).map_err(|error| error.to_string())?;
        if origin.domain().is_none() || !(url.is_https() || url.host() == "localhost") {
            return Ok(None);
        }
        let built = WebauthnBuilder::new(url.host(), &origin).and_then(|it| it.rp_name("Tidings").build());
        built.map(|it| Some(Self(Arc::new(it)))).map_err(|error| format!("public_url: {error}"))
    }

    /// Asks for a new passkey for a person, who has these already. A passkey that can be found without a name is asked
    /// for, so that nobody has to type an address to sign in.
    pub fn ask_for_new(&self, person: [u8; 16], name: &str, known: &[String]) -> Result<Question> {
        let known =
            known.iter().map(|it| parse(it).map(|key: Passkey| key.cred_id().clone())).collect::<Result<_>>()?;
        let (mut options, state): (CreationChallengeResponse, PasskeyRegistration) = self
            .0
            .start_passkey_registration(Uuid::from_bytes(person), name, name, Some(known))
            .map_err(AppError::internal)?;
        if let Some(selection) = &mut options.public_key.authenticator_selection {
            selection.resident_key = Some(webauthn_rs_proto::ResidentKeyRequirement::Required);
            selection.require_resident_key = true;
        }
        Ok(Question { options: json(&options)?, state: json(&state)? })
    }

    /// The passkey that an authenticator made, if its answer is right.
    pub fn take_new(&self, state: &str, answer: &str) -> Result<Option<NewPasskey>> {
        let state: PasskeyRegistration = parse(state)?;
        let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(answer) else { return Ok(None) };
        let Ok(passkey) = self.0.finish_passkey_registration(&answer, &state) else { return Ok(None) };
        Ok(Some(NewPasskey { credential_id: passkey.cred_id().to_vec(), credential: json(&passkey)? }))
    }

    /// Asks whoever is there to say who they are.
    pub fn ask_who(&self) -> Result<Question> {
        let (mut options, state) = self.0.start_discoverable_authentication().map_err(AppError::internal)?;
        // The browser's script decides whether it waits in the address field or asks at the press of a button.
        options.mediation = None;
        Ok(Question { options: json(&options)?, state: json(&state)? })
    }

    /// The credential id that an answer to [`Passkeys::ask_who`] names.
    pub fn named_in(&self, answer: &str) -> Option<Vec<u8>> {
        let answer: PublicKeyCredential = serde_json::from_str(answer).ok()?;
        let (_, id) = self.0.identify_discoverable_authentication(&answer).ok()?;
        Some(id.to_vec())
    }

    /// The passkey as it is to be kept from now on, if the answer is right.
    pub fn check(&self, state: &str, answer: &str, credential: &str) -> Result<Option<String>> {
        let state: DiscoverableAuthentication = parse(state)?;
        let mut passkey: Passkey = parse(credential)?;
        let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else { return Ok(None) };
        let key = DiscoverableKey::from(&passkey);
        let Ok(result) = self.0.finish_discoverable_authentication_v2(&answer, state, &key) else { return Ok(None) };
        passkey.update_credential(&result);
        json(&passkey).map(Some)
    }
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(AppError::internal)
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(AppError::internal)
}
