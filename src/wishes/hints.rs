//! Phrases that are known to hurt people who are ill, or who have lost somebody, however kindly they are meant. A script hints at
//! them while somebody writes; nothing is ever refused or changed because of them. Where the list comes from, and how a phrase
//! comes to be on it: `docs/kindness.md`.
//!
//! A pattern is a regular expression of the small kind that browsers and `regex-lite` read alike (no looking around). It is
//! matched against folded text: lower case, without accents and apostrophes, `|` where a sentence or a part of one ends, and
//! single spaces between everything. `static/js/kindness.js` folds and matches; `tests/hints.json` has what must be found and
//! what must not, for both.

use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A phrase, why it can hurt, and what is kinder.
#[derive(Clone, Copy, Debug, Serialize)]
struct Hint {
    /// What it is known by: it is hinted at once.
    id: &'static str,
    pattern: &'static str,
    /// One calm sentence.
    why: &'static str,
    /// Words that could stand there instead, or what they could say.
    kinder: &'static str,
}

/// The phrases of one language.
#[derive(Debug, Serialize)]
struct Phrases {
    /// The language (BCP 47).
    language: &'static str,
    /// Whoever says that they do *not* believe a phrase, or tells of others who say it, is not meant: this matches what comes
    /// before it in the same sentence.
    unless_after: &'static str,
    hints: &'static [Hint],
}

/// Every language that there are phrases in; the first is what a page asks for.
const ALL: &[Phrases] = &[Phrases { language: "en", unless_after: ENGLISH_UNLESS, hints: ENGLISH }];

const ENGLISH_UNLESS: &str = "\\b(?:not|dont|doesnt|didnt|wont|wouldnt|never|cannot|cant|neednt|nobody|no one|without|hate|\
stop|instead of|people|others|someone|somebody|anyone|they) (?:[^ ]+ ){0,5}$";

const ENGLISH: &[Hint] = &[
    Hint {
        id: "reason",
        pattern: "\\b(?:everything|this|it) (?:all )?happen(?:s|ed) for a reason\\b|\\b(?:this|it) was meant to be(?: \\||$)|\
\\bblessing in disguise\\b",
        why: "Whoever is ill may hear that the illness is deserved, or good for something.",
        kinder: "“I wish this was not happening to you.”",
    },
    Hint {
        id: "plan",
        pattern: "\\bgod (?:never|doesnt|does not|wont|will not|only) gives? (?:you|us|anyone|people|a person) (?:more|what|anything|only)\\b|\
\\b(?:part of|its|it is) (?:all )?(?:part of )?gods (?:plan|will)\\b|\\bgod has a (?:plan|reason)\\b|\\bgod needed (?:an|another) angel\\b|\
\\bnever given more than (?:you|we) can handle\\b",
        why: "It can sound as if the illness were meant for them, whatever they believe.",
        kinder: "“This is so hard, and I am with you in it.”",
    },
    Hint {
        id: "positive",
        pattern: "(?:^|\\| |\\b(?:just|please|always|and|but) )(?:stay|think|remain) positive(?:ly)?\\b|(?:^|\\| )be positive\\b|\
\\b(?:try to|remember to|important to|you must|you should|you have to|you need to|youve got to|you have got to) (?:stay|be|think|remain) positive(?:ly)?\\b|\
\\bkeep (?:thinking positive(?:ly)?|a positive (?:attitude|outlook|mindset)|your chin up|smiling)\\b|(?:^|\\| )chin up(?: \\||$)|\
\\bon the bright side\\b|\\bgood vibes only\\b",
        why: "Being told to be positive can make fear and sadness feel like a mistake.",
        kinder: "“However you feel today is all right with me.”",
    },
    Hint {
        id: "at-least",
        pattern: "(?:^|\\| |\\b(?:well|but|and|so) )at least (?:\
you(?:ve| have)? (?:have|had|got|caught|can|could|dont|do not|didnt|did not|know|were|still|get|wont|are)|youre |\
(?:its|it is|it was|it isnt|it wasnt|it could) (?:not|only|nothing|the|a|been|be|have|early|treatable|curable|over|good|just)|\
(?:they|the doctors) (?:caught|found|know|can|got)|\
(?:she|he|they) (?:is|are|was|were|had|has|lived|didnt|did not|isnt|wasnt)|(?:shes|hes|theyre) |(?:theres|there is|there are) )",
        why: "“At least” tells somebody that it is not so bad, when to them it is.",
        kinder: "“I am glad of that, and I am sorry about all the rest.”",
    },
    Hint {
        id: "worse",
        pattern: "\\b(?:it|things) could (?:always )?(?:be|have been) (?:so much |much |a lot |far )?worse\\b|\
\\b(?:other people|others|some people|many people) have it (?:so much |much |a lot |even |far )?worse\\b",
        why: "What hurts does not get smaller beside what hurts others.",
        kinder: "“This is hard, and I am sorry.”",
    },
    Hint {
        id: "feel",
        pattern: "\\bi (?:totally |completely )?(?:know|understand) (?:exactly |just |so well )?(?:how|what) you(?:re| are| all| both| must)?(?: be| all)? \
(?:(?:feel|feeling)(?: (?:\\||right|now|today|because|and|i|when|its|it|my)|$)|going through\\b)",
        why: "Nobody’s illness is quite like another’s, and it can feel as if there were nothing left to tell.",
        kinder: "“I cannot know how this is for you. If you want to tell me, I want to hear it.”",
    },
    Hint {
        id: "strong",
        pattern: "(?:^|\\| |\\b(?:just|please) )(?:be|keep) (?:strong|brave)\\b|\\bstay strong\\b|\
\\byou (?:must|should|have to|need to|have got to) (?:be|stay|keep) (?:strong|brave)\\b|\\byouve got to (?:be|stay|keep) (?:strong|brave)\\b|\
\\byou(?:re| are) (?:so|such a|incredibly) strong\\b|\\bstrongest (?:person|woman|man) i know\\b",
        why: "Whoever is told to be strong may feel that they must not be weak in front of you.",
        kinder: "“You do not have to be strong for me.”",
    },
    Hint {
        id: "anything",
        pattern: "\\b(?:let me know|tell me|call me|call|text me|shout|just ask|say) (?:any time |anytime )?if (?:you (?:ever )?(?:need|want|would like)|i can do|i can help with|theres|there is) \
(?:anything|something)(?: (?:\\||at all|just|please|else|i can|i could|we can|im|ok)|$)|\
\\bif (?:theres|there is) anything (?:at all )?(?:that )?(?:i|we) can do\\b|\\bif (?:i|we) can do anything\\b|\
\\b(?:dont|do not) hesitate to (?:ask|call|reach out|get in touch|let me know)\\b|\\bwhatever you need(?: \\||$)|\
\\bif you (?:ever )?need anything(?: (?:\\||at all|just|please)|$)",
        why: "It leaves the finding and the asking to somebody who is tired.",
        kinder: "One small thing that can be left unanswered: “I could leave soup at the door on Thursday.”",
    },
    Hint {
        id: "fight",
        pattern: "\\bkeep (?:on )?fighting\\b|\\bkeep up the (?:good )?fight\\b|\\b(?:win|won) (?:this|the|your) (?:battle|fight)\\b|\
\\b(?:youll|you will|you can|youre going to|you are going to|going to|gonna|well|we will) beat (?:this|cancer|the cancer|that cancer|this thing)\\b|\
\\byou(?:re| are) (?:a|such a) fighter\\b|\\byou(?:ve)? got this(?: \\||$)",
        why: "If it does not get better, it can sound as if they had not fought enough.",
        kinder: "“I am at your side, whatever comes.”",
    },
    Hint {
        id: "fine",
        pattern: "\\b(?:youll|you will|youre going to|you are going to|everything will|it will all|itll all|its all going to|it is going to) \
be (?:just |absolutely |perfectly )?(?:fine|ok|okay|all right|alright|back to normal)(?: (?:\\||again|soon|and|i|just)|$)|\
\\b(?:youll|you will) (?:pull through|be back on your feet)\\b",
        why: "Nobody can promise that, and it can leave no room for being afraid.",
        kinder: "“I hope with you, and I am here when it is hard.”",
    },
    Hint {
        id: "others",
        pattern: "\\bmy (?:[a-z]+ )?(?:aunt|uncle|mother|mum|mom|father|dad|sister|brother|cousin|friend|neighbour|neighbor|colleague|grandmother|grandma|grandfather|grandpa|boss) \
(?:also )?(?:had|has|died of|died from|beat|survived) (?:the (?:very |exact )?same (?:thing|cancer|illness|disease|diagnosis|operation|surgery)|exactly the same(?: \\||$)|(?:[a-z]+ )?cancer)\\b",
        why: "Every illness goes its own way, and the stories of others can be heavy to hear.",
        kinder: "Keep the story until they ask, and tell them something of your day instead.",
    },
    Hint {
        id: "cures",
        pattern: "\\b(?:have you tried|have you thought of|you should try|you must try|you need to try|you have to try|you should look into) \
(?:a |an |the |this |some |to |taking |drinking )*(?:[a-z]+ )?(?:diet|juices?|juicing|supplements?|turmeric|cannabis|cbd|keto|fasting|herbs?|vitamins?|homeopathy|detox|cure|remedy|remedies|superfoods?)\\b",
        why: "Advice about cures comes from all sides, and can sound as if not enough had been done.",
        kinder: "“I am glad that you are in good hands.”",
    },
    Hint {
        id: "better-place",
        pattern: "\\b(?:she|he|they|shes|hes|theyre)(?: is| are)? (?:now )?in a better place\\b|\\btime heals (?:all|everything|every)\\b|\
\\bwouldnt want you to (?:be sad|cry|grieve)\\b",
        why: "Whoever misses somebody wanted them here.",
        kinder: "“I miss them too, and I am thinking of you.”",
    },
];

/// The phrases of a language as they are served.
pub struct Served {
    language: &'static str,
    /// What browsers keep it under.
    pub version: String,
    /// For the script.
    pub json: String,
}

static SERVED: LazyLock<Vec<Served>> = LazyLock::new(|| ALL.iter().map(served).collect());

fn served(phrases: &Phrases) -> Served {
    // Nothing in it can fail to be written as JSON; if it did, there would be no hints, and nothing else.
    let json = serde_json::to_string(phrases).unwrap_or_default();
    let hash = HEXLOWER.encode(&Sha256::digest(json.as_bytes()));
    Served { language: phrases.language, version: hash.chars().take(16).collect(), json }
}

/// The phrases of a language, where there are some.
pub fn in_language(language: &str) -> Option<&'static Served> {
    SERVED.iter().find(|it| it.language == language)
}

/// Where a page has them from.
pub fn address() -> String {
    SERVED.first().map(|it| format!("/hints/{}/{}", it.language, it.version)).unwrap_or_default()
}
