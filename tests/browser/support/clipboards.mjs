// What the clipboard holds after a copy from elsewhere, as those programs write it (shortened, with their noise left in).

export const WORD = `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15">
<link rel=File-List href="file:///C:/Users/ann/AppData/Local/Temp/msohtmlclip1/01/clip_filelist.xml">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- @font-face {font-family:Calibri;} p.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif;} h2 {font-weight:bold;} @list l0:level1 {mso-level-number-format:bullet;} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<h2 style='margin-top:2.0pt'><span style='font-family:"Calibri Light",sans-serif;color:#2F5496'>After the operation<o:p></o:p></span></h2>
<p class=MsoNormal><span style='color:red'>She is <b>home</b> and <i>eats
soup</i>.</span> See <a href="https://example.org/ward"><span style='color:blue'>the ward</span></a>.<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Tuesday: the dressing<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;text-indent:-18.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span style='font-family:"Courier New"'><span style='mso-list:Ignore'>o<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>in the morning<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>Thursday: the results<o:p></o:p></p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>first</p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>second</p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr><td width=301 style='padding:0cm 5.4pt'><p class=MsoNormal>Visits<o:p></o:p></p></td><td><p class=MsoNormal>3 to 5<o:p></o:p></p></td></tr></table>
<p class=MsoNormal><img width=120 src="file:///C:/Users/ann/clip_image001.png" v:shapes="Picture_x0020_1"></p>
<!--EndFragment--></body></html>`;

export const WORD_AS_MARKDOWN = `## After the operation

She is **home** and *eats soup*. See [the ward](https://example.org/ward).

- Tuesday: the dressing
  - in the morning
- Thursday: the results

1. first
2. second

Visits · 3 to 5`;

export const GOOGLE_DOCS = `<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-0a1b2c3d-7fff-1234-5678-9abcdef01234"><h1 dir="ltr" style="line-height:1.38;margin-top:20pt;"><span style="font-size:20pt;font-family:Arial,sans-serif;color:#000000;background-color:transparent;font-weight:400;white-space:pre-wrap;">A good week</span></h1><p dir="ltr" style="line-height:1.38;"><span style="font-size:11pt;font-family:Arial;font-weight:400;">She walked </span><span style="font-size:11pt;font-weight:700;">twice</span><span style="font-weight:400;"> and </span><span style="font-weight:400;font-style:italic;">laughed</span><span style="font-weight:400;">.</span></p><br /><ul style="margin-top:0;padding-inline-start:48px;"><li dir="ltr" style="list-style-type:disc;" aria-level="1"><p dir="ltr" role="presentation"><span style="font-weight:400;">soup</span></p></li><ul><li dir="ltr" style="list-style-type:circle;" aria-level="2"><p dir="ltr" role="presentation"><span style="font-weight:400;">with noodles</span></p></li></ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>sleep</span></p></li></ul><p dir="ltr"><a href="https://www.google.com/url?q=https://example.org&amp;sa=D" style="text-decoration:none;"><span style="color:#1155cc;text-decoration:underline;">a map</span></a></p></b><br class="Apple-interchange-newline">`;

export const GOOGLE_DOCS_AS_MARKDOWN = `## A good week

She walked **twice** and *laughed*.

- soup
  - with noodles
- sleep

[a map](https://www.google.com/url?q=https://example.org&sa=D)`;

export const GMAIL = `<meta charset='utf-8'><div dir="ltr" style="color:rgb(34,34,34);font-family:Arial,Helvetica,sans-serif;font-size:small;"><div>Dear Ann,</div><div><br></div><div>thank you for the <b>good</b> news.<br>Kiss the <span style="font-weight:bold">dog</span>.</div><div><ul><li style="margin-left:15px">Monday<br></li><li style="margin-left:15px"><font color="#ff0000">Tuesday</font></li></ul></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)"><div>Am I <i>missed</i>?</div></blockquote><div><img src="https://mail.example/pixel.gif" width="1" height="1"></div><div>Jo</div></div>`;

export const GMAIL_AS_MARKDOWN = `Dear Ann,

thank you for the **good** news.
Kiss the **dog**.

- Monday
- Tuesday

> Am I *missed*?

Jo`;

export const PAGES = `<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><meta name="Generator" content="Cocoa HTML Writer"><style type="text/css">
p.p1 {margin: 0.0px 0.0px 0.0px 0.0px; font: 12.0px Helvetica; color: #000000}
p.p2 {margin: 0.0px 0.0px 0.0px 0.0px; font: 12.0px Helvetica; min-height: 14.0px}
li.li1 {margin: 0.0px; font: 12.0px Helvetica}
span.s1 {font: bold 12.0px Helvetica}
span.s2 {font: italic 12.0px Helvetica}
</style></head><body><p class="p1">A <span class="s1">quiet</span> day,<span class="Apple-converted-space">&nbsp;</span>and a <span class="s2">long</span> one.</p><p class="p2"><br></p><ol class="ol1"><li class="li1">rest</li><li class="li1"><b>more</b> rest</li></ol></body></html>`;

export const PAGES_AS_MARKDOWN = `A **quiet** day, and a *long* one.

1. rest
2. **more** rest`;

/** Pastes into what has the focus, as the browser would: HTML, plain words, files. */
export async function paste(page, { html, text = "", file }) {
  await page.evaluate(({ html, text, file }) => {
    const data = new DataTransfer();
    if (html) data.setData("text/html", html);
    if (text) data.setData("text/plain", text);
    if (file) data.items.add(new File(["x"], file, { type: "image/png" }));
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, { html, text, file });
}
