//! What was given to something: beside it, and as a list of everybody.

use askama::Template;

use crate::error::{AppError, Result};
use crate::sites::{ReactionKind, SiteHead, SiteScope};
use crate::web::Layout;
use crate::wishes::model::{About, Giver, Hearts, Target, Wish};
use crate::wishes::store::{GIVERS_A_PAGE, HeartsFor};

/// Something that can be given, or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is.
    pub kind: ReactionKind,
    /// Whether the viewer gave it.
    pub is_mine: bool,
}

impl Choice {
    /// What its button says, and what it says once it was pressed.
    pub fn words(self) -> (&'static str, &'static str) {
        let words = (self.kind.give_words(), self.kind.take_back_words());
        if self.is_mine { (words.1, words.0) } else { words }
    }
}

/// The hearts on something and what else was given to it, and the buttons to give and take back.
#[derive(Clone, Debug)]
pub struct HeartForm {
    /// Where the buttons post to, and `/removal` below it takes back; nowhere for those who only read.
    pub action: Option<String>,
    /// Where everybody who gave something stands.
    pub everyone: String,
    /// Where to come back to.
    pub from: String,
    /// What there is.
    pub hearts: Hearts,
    /// The heart.
    pub first: Choice,
    /// What else the family offers, and what the viewer gave when it was still offered.
    pub others: Vec<Choice>,
}

/// The hearts on one thing, for one viewer.
pub fn heart_form(scope: &SiteScope, hearts: &HeartsFor, target: Target, from: &str) -> HeartForm {
    let everyone = format!("{}/reactions", target.path(&scope.site.path()));
    let hearts = hearts.on(target);
    let choice = |kind| Choice { kind, is_mine: hearts.mine.contains(&kind) };
    let is_choice = |it: &Choice| it.is_mine || scope.manners.reactions.contains(&it.kind);
    let others = ReactionKind::ALL.iter().filter(|kind| **kind != ReactionKind::Heart);
    HeartForm {
        action: scope.access.may_encourage().then(|| everyone.clone()),
        everyone,
        from: from.to_owned(),
        first: choice(ReactionKind::Heart),
        others: others.map(|kind| choice(*kind)).filter(is_choice).collect(),
        hearts,
    }
}

/// What stands below a photo.
#[derive(Template)]
#[template(path = "wishes/below_photo.html")]
pub struct BelowPhoto<'a> {
    pub layout: &'a Layout,
    pub hearts: HeartForm,
}

impl BelowPhoto<'_> {
    /// As safe HTML.
    pub fn html(&self) -> Result<String> {
        self.render().map_err(AppError::internal)
    }
}

/// Everybody who gave something to one thing.
#[derive(Template)]
#[template(path = "wishes/givers.html")]
pub struct GiversPage {
    layout: Layout,
    head: SiteHead,
    title: String,
    /// What was given, in words and with how many, where there is more than one kind.
    kinds: Vec<(ReactionKind, String)>,
    /// Whether it is the viewer, and who it is.
    givers: Vec<(bool, Giver)>,
    /// The way back, and what it is called.
    back: (String, &'static str),
    /// Where the list goes on.
    more: Option<String>,
}

impl GiversPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        target: Target,
        wish: Option<&Wish>,
        hearts: &Hearts,
        mut givers: Vec<Giver>,
    ) -> Self {
        let head = SiteHead::new(scope);
        let a_page = usize::try_from(GIVERS_A_PAGE).unwrap_or(usize::MAX);
        let has_more = givers.len() > a_page;
        givers.truncate(a_page);
        let path = format!("{}/reactions", target.path(&head.path));
        let more = givers.last().filter(|_| has_more).map(|last| format!("{path}?after={}", last.id));
        let is_me = |it: &Giver| Some(it.person_id) == scope.person_id;
        let kinds = hearts.kinds.iter().map(|(kind, count)| (*kind, format!("{count} {}", noun(*kind, *count))));
        Self {
            back: way_back(&head.path, target, wish),
            title: hearts.title(),
            kinds: if hearts.kinds.len() > 1 { kinds.collect() } else { Vec::new() },
            givers: givers.into_iter().map(|it| (is_me(&it), it)).collect(),
            more,
            layout,
            head,
        }
    }
}

/// "1 heart", "12 hearts".
fn noun(kind: ReactionKind, count: i64) -> &'static str {
    match (kind, count) {
        (ReactionKind::Praying, 1) => "prayer",
        (ReactionKind::Heart | ReactionKind::Hug | ReactionKind::Candle | ReactionKind::Smile, 1) => kind.as_str(),
        _ => kind.many(),
    }
}

/// Where the thing stands, and what the way there is called.
fn way_back(site: &str, target: Target, wish: Option<&Wish>) -> (String, &'static str) {
    let Some(wish) = wish else {
        let words = if matches!(target, Target::Photo(_)) { "Back to the photo" } else { "Back to the update" };
        return (target.path(site), words);
    };
    let words = match (wish.answers_id, wish.about()) {
        (Some(_), _) => "Back to the answer",
        (None, About::Page) => "Back to the words",
        (None, _) => "Back to the comment",
    };
    (wish.stands_at(site), words)
}
