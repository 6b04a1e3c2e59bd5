use tidings_letters::{Letter, Piece};

use super::{mail, mail_of};

fn words(text: &str) -> String {
    Letter::parse(mail("", text).as_bytes()).unwrap().words().text
}

const QUOTE: &str = "> We are home again.\n> She sleeps.\n";

#[test]
fn quotes_below_are_cut_off_in_many_languages() {
    for attribution in [
        "On Mon, Nov 23, 2026 at 10:15 AM Maria's page <news@example.org> wrote:",
        "On Mon, 23 Nov 2026 at 10:15, Maria's page <tidings+u4aaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.org>\nwrote:",
        "On 23 Nov 2026, at 10:15, Maria's page <news@example.org> wrote:",
        "On 23/11/2026 10:15, Maria's page wrote:",
        "Am 23.11.2026 um 10:15 schrieb Marias Seite:",
        "Am Mo., 23. Nov. 2026 um 10:15 Uhr schrieb Marias Seite <news@example.org>:",
        "Marias Seite <news@example.org> schrieb am Mo., 23. Nov. 2026, 10:15:",
        "Le lun. 23 nov. 2026 à 10:15, La page de Maria <news@example.org> a écrit :",
        "Le 23/11/2026 à 10:15, La page de Maria a écrit :",
        "El lun, 23 nov 2026 a las 10:15, Maria (<news@example.org>) escribió:",
        "Em seg., 23 de nov. de 2026 às 10:15, Maria <news@example.org>\nescreveu:",
        "Il giorno lun 23 nov 2026 alle ore 10:15 Maria <news@example.org> ha scritto:",
        "Il 23/11/2026 10:15, Maria ha scritto:",
        "Op ma 23 nov 2026 om 10:15 schreef Maria <news@example.org>:",
        "Op 23-11-2026 om 10:15 schreef Maria:",
        "Den mån 23 nov. 2026 kl 10:15 skrev Maria <news@example.org>:",
        "man. 23. nov. 2026 kl. 10.15 skrev Maria <news@example.org>:",
        "ma 23. marrask. 2026 klo 10.15 Maria (news@example.org) kirjoitti:",
        "pon., 23 lis 2026 o 10:15 Maria <news@example.org> napisał(a):",
        "W dniu 23.11.2026 o 10:15, Maria pisze:",
        "po 23. 11. 2026 v 10:15 odesílatel Maria <news@example.org> napsal:",
        "пн, 23 нояб. 2026 г. в 10:15, Maria <news@example.org>:",
        "23.11.2026 10:15, Maria пишет:",
        "пн, 23 лист. 2026 р. о 10:15 Maria <news@example.org> пише:",
        "Maria <news@example.org>, 23 Kas 2026 Pzt, 10:15 tarihinde şunu yazdı:",
        "Maria <news@example.org> ezt írta (időpont: 2026. nov. 23., H, 10:15):",
        "În lun., 23 nov. 2026 la 10:15, Maria <news@example.org> a scris:",
        "Στις Δευ 23 Νοε 2026 στις 10:15 π.μ., ο/η Maria <news@example.org> έγραψε:",
        "Maria <news@example.org> 于2026年11月23日周一 10:15写道：",
        "在 2026年11月23日，10:15，Maria <news@example.org> 写道：",
        "2026年11月23日(月) 10:15 Maria <news@example.org>:",
        "2026년 11월 23일 (월) 오전 10:15, Maria <news@example.org>님이 작성:",
        "Pada tanggal Sen, 23 Nov 2026 pukul 10.15 Maria <news@example.org> menulis:",
        "Vào Th 2, 23 thg 11, 2026 vào lúc 10:15 Maria <news@example.org> đã viết:",
    ] {
        let text = format!("How good!\n\nKisses, Jo\n\n{attribution}\n\n{QUOTE}");
        assert_eq!(words(&text), "How good!\n\nKisses, Jo", "{attribution}");
        let below = format!("{attribution}\n{QUOTE}\nHow good!\n");
        assert_eq!(words(&below), "How good!", "{attribution}");
    }
}

#[test]
fn heads_of_mails_that_were_answered_end_the_words() {
    for head in [
        "From: Maria <news@example.org>\nSent: Monday, 23 November 2026 10:15\nTo: Jo <jo@example.org>\nSubject: News",
        "________________________________\nVon: Maria <news@example.org>\nGesendet: Montag, 23. November 2026\nAn: Jo\nBetreff: Neues",
        "-----Original Message-----\nFrom: Maria\nSent: Monday\nTo: Jo\nSubject: News",
        "-----Ursprüngliche Nachricht-----\nVon: Maria",
        "-------- Message d'origine --------\nDe : Maria\nDate : 23/11/2026 10:15 (GMT+01:00)\nÀ : jo@example.org\nObjet : Nouvelles",
        "De: Maria\nEnviado el: lunes\nPara: Jo\nAsunto: Noticias",
        "Da: Maria\nInviato: lunedì\nA: Jo\nOggetto: Notizie",
        "Van: Maria\nVerzonden: maandag\nAan: Jo\nOnderwerp: Nieuws",
        "Fra: Maria\nSendt: mandag\nTil: Jo\nEmne: Nyt",
        "Lähettäjä: Maria\nLähetetty: maanantai\nVastaanottaja: Jo\nAihe: Uutisia",
        "Od: Maria\nWysłano: poniedziałek\nDo: Jo\nTemat: Nowiny",
        "От: Maria\nОтправлено: понедельник\nКому: Jo\nТема: Новости",
        "---------- Forwarded message ---------\nFrom: Maria <news@example.org>\nDate: Mon, 23 Nov 2026\nSubject: News\nTo: <jo@example.org>\n",
        "Begin forwarded message:\n\nFrom: Maria\nSubject: News\nDate: 23 November 2026\nTo: jo@example.org",
    ] {
        let text = format!("How good!\n\n{head}\n\nWe are home again.\n\nShe sleeps.\n");
        assert_eq!(words(&text), "How good!", "{head}");
    }
}

#[test]
fn what_telephones_and_signatures_add_is_cut_off() {
    for added in [
        "-- \nJo Example\n+49 30 123456",
        "--\nJo Example",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Get Outlook for Android<https://aka.ms/x>",
        "Envoyé de mon iPhone\n\n-- \nJo",
        "Sent from my Galaxy\n\nThis email and any attachments are confidential and meant for nobody.",
        "________________________________\nVirus-free. www.avast.com",
    ] {
        assert_eq!(words(&format!("How good!\nJo\n\n{added}\n")), "How good!\nJo", "{added}");
        let answered = format!("How good!\nJo\n\n{added}\n\nOn 23/11/2026 10:15, Maria wrote:\n{QUOTE}");
        assert_eq!(words(&answered), "How good!\nJo", "{added}");
    }
}

#[test]
fn answers_in_between_are_kept_with_what_they_answer() {
    let text = "Dear Maria, see below.\n\nOn 23/11/2026 10:15, Maria wrote:\n> We are home.\n>\n> Who brings soup?\n\nI do.\n\n\
                > And on Friday?\n\nI do too.\n\n> See you\n> Maria\n\n-- \nJo\n";
    let mail = mail("", text);
    let words = Letter::parse(mail.as_bytes()).unwrap().words();
    let expected =
        "Dear Maria, see below.\n\n> We are home.\n>\n> Who brings soup?\n\nI do.\n\n> And on Friday?\n\nI do too.";
    assert_eq!(words.text, expected);
    assert_eq!(words.own(), "Dear Maria, see below.\n\nI do.\n\nI do too.");
    assert_eq!(words.pieces[1], Piece::Quoted("We are home.\n\nWho brings soup?".to_owned()));
    assert!(words.cut);
}

#[test]
fn words_above_and_below_one_quote_are_both_kept() {
    let text = format!("Dear Maria,\n\nOn 23/11/2026 10:15, Maria wrote:\n{QUOTE}\nHow good!\n");
    assert_eq!(words(&text), "Dear Maria,\n\nHow good!");
}

#[test]
fn in_doubt_words_stay() {
    for text in [
        "He wrote:\n\nI am fine.\n\nAnd so am I.",
        "To: do\n- flowers\n- cake",
        "From: us all\nwith love",
        "On Sunday at 10:15 she ate a whole bowl of soup. Then the doctor came, and wrote: all is well.",
        "First\n\n---\n\nSecond",
        "Sent from the bottom of our hearts",
        "-- \n",
        "> is greater than <",
        "```\n--\nFrom: a\nTo: b\nSubject: c\n```\nThat is what I see.",
        "P.S.\n--\nno",
    ] {
        let came = words(&format!("{text}\n"));
        if text == "-- \n" || text.starts_with("P.S.") {
            assert!(came.is_empty() || came == "P.S.");
        } else {
            assert_eq!(came, text.trim(), "{text}");
        }
    }
}

#[test]
fn a_quote_alone_has_no_words() {
    for text in [
        format!("On 23/11/2026 10:15, Maria wrote:\n{QUOTE}"),
        format!("\n\nSent from my iPhone\n\nOn 23/11/2026 10:15, Maria wrote:\n\n{QUOTE}"),
        "-----Original Message-----\nFrom: Maria\nSent: Monday\nTo: Jo\nSubject: x\n\nWe are home.".to_owned(),
    ] {
        assert_eq!(words(&text), "", "{text}");
    }
}

#[test]
fn flowed_text_is_put_together() {
    let flowed = mail(
        "Content-Type: text/plain; charset=utf-8; format=flowed",
        "This is a long line that \r\ngoes on.\r\n\r\nJo\r\n\r\nOn 23/11/2026 10:15, Maria wrote:\r\n> We are \r\n> home.\r\n",
    );
    assert_eq!(Letter::parse(flowed.as_bytes()).unwrap().words().text, "This is a long line that goes on.\n\nJo");
}

#[test]
fn charsets_and_encodings_are_read() {
    let latin = "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable";
    let mail_one = mail(latin, "Sch=F6ne Gr=FC=DFe=\r\n!\r\n");
    assert_eq!(Letter::parse(mail_one.as_bytes()).unwrap().words().text, "Schöne Grüße!");
    let packed = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64";
    let mail_two = mail(packed, "U2Now7ZuZSBHcsO8w59l\r\n");
    assert_eq!(Letter::parse(mail_two.as_bytes()).unwrap().words().text, "Schöne Grüße");
}

#[test]
fn text_around_photos_is_all_read() {
    let part = "Content-Type: text/plain\r\n\r\n";
    let photo = "Content-Type: image/jpeg; name=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/4AAQ";
    let mail = mail_of("multipart/mixed", &[&format!("{part}Look\r\n"), photo, &format!("{part}how she smiles\r\n")]);
    assert_eq!(Letter::parse(mail.as_bytes()).unwrap().words().text, "Look\n\nhow she smiles");
}

#[test]
fn the_whole_text_is_there_too() {
    let text = format!("Hello\n\nOn 23/11/2026 10:15, Maria wrote:\n{QUOTE}");
    let mail = mail("", &text);
    let letter = Letter::parse(mail.as_bytes()).unwrap();
    assert_eq!(letter.whole_text(), text.trim());
    assert!(letter.words().cut);
}
