//! The heads of mails that were answered or passed on: “-----Original Message-----”, and From, Sent, To, Subject.

use super::head_names::Says::{self, Date, From, ReplyTo, Subject, To};
use super::head_names::{ALONE, BETWEEN_DASHES, NAMES};

/// How many lines from the first on are such a head.
pub(super) fn at(lines: &[&str]) -> Option<usize> {
    let first = lines.first()?.trim();
    if is_title(first) {
        return Some(1 + block(lines.get(1..)?, 1).unwrap_or(0));
    }
    // A rule made of underscores, as Outlook draws it.
    if first.len() >= 10 && first.chars().all(|letter| letter == '_' || letter == '-' || letter == '─') {
        return block(lines.get(1..)?, 2).map(|count| count + 1);
    }
    says(first)?;
    block(lines, 3)
}

fn is_title(line: &str) -> bool {
    let bare = line.trim_matches(['*', '_', '>', ' ']);
    let inner = bare.trim_matches(['-', '=', '—', '–', ' ', '_', '*', ':', '：', '.']).to_lowercase().replace('’', "'");
    let dashed = bare.starts_with("--") || bare.starts_with('—') || bare.starts_with("==") || bare.starts_with("__");
    (dashed && BETWEEN_DASHES.contains(&inner.as_str()))
        || (bare.ends_with([':', '：']) && ALONE.contains(&inner.as_str()))
}

/// How many lines are a block of names and values with at least so many different names, one of them who it is from.
fn block(lines: &[&str], least: usize) -> Option<usize> {
    let mut seen: Vec<Says> = Vec::new();
    let (mut count, mut others, mut empty) = (0, 0, 0);
    for (at, line) in lines.iter().take(40).enumerate() {
        let line = line.trim();
        if line.is_empty() {
            empty += 1;
            if empty > 1 {
                break;
            }
            continue;
        }
        match says(line) {
            Some(said) => {
                if !seen.contains(&said) {
                    seen.push(said);
                }
                (count, others, empty) = (at + 1, 0, 0);
            }
            // A value that runs over a line or two.
            None if !seen.is_empty() && empty == 0 && others < 2 => others += 1,
            None => break,
        }
    }
    let names = seen.iter().filter(|said| **said != ReplyTo).count();
    let has = |said: Says| seen.contains(&said);
    let enough = names >= least && (has(From) || (has(Date) && has(Subject) && has(To)));
    (enough && (least < 3 || has(Date) || has(Subject))).then_some(count)
}

fn says(line: &str) -> Option<Says> {
    let line = line.trim_start_matches(['*', '_', ' ']);
    let (name, _) = line.split_once([':', '：'])?;
    if name.len() > 40 {
        return None;
    }
    let name = name.trim_matches(['*', '_', ' ']).to_lowercase().replace('’', "'");
    NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(said, _)| *said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_known_in_many_languages() {
        for head in [
            "From: Ann\nSent: Thursday, 28 January 2016 8:16 p.m.\nTo: Ben\nSubject: News",
            "Von: Ann <ann@example.org>\nGesendet: Donnerstag, 28. Januar 2016\nAn: Ben\nBetreff: Neues",
            "De : Ann\nEnvoyé : jeudi 28 janvier\nÀ : Ben\nObjet : Nouvelles",
            "*Från:* Ann\n*Skickat:* den 28 januari\n*Till:* Ben\n*Ämne:* Nytt",
            "发件人： Ann\n发送时间： 2016年\n收件人： Ben\n主题： 新",
            "差出人: Ann\n送信日時: 2016\n宛先: Ben\n件名: x",
            "________________________________\nFrom: Ann\nSubject: News",
            "-----Ursprüngliche Nachricht-----\nVon: Ann",
            "---------- Forwarded message ---------\nFrom: Ann\nDate: Tue\nSubject: x\nTo: <b@c.de>",
        ] {
            let lines: Vec<&str> = head.lines().collect();
            assert_eq!(at(&lines), Some(lines.len()), "{head}");
        }
    }

    #[test]
    fn lists_that_people_write_are_not() {
        for text in [
            "To: do\nSend: flowers",
            "From: the heart\nwith love",
            "Date: Monday\nPlace: church",
            "--- \nHello",
            "-----",
        ] {
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(at(&lines), None, "{text}");
        }
    }
}
