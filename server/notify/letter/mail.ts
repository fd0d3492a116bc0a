/** A letter as HTML and as plain text. Tables, because mail programs know no other layout that works in all of them. */
import { html, raw } from "hono/html";
import { isolatedInHtml } from "../../../shared/foreign-text.ts";
import type { Letter, LetterItem, LetterLink } from "./letter.ts";

type Html = ReturnType<typeof html>;

const defaultAccent = "#0b6b68";

export type MailBody = { html: string; text: string };

export async function mailOf(letter: Letter): Promise<MailBody> {
  return { html: isolatedInHtml((await htmlOf(letter)).toString()), text: textOf(letter) };
}

/** Single quotes inside, because it is part of `style="…"`. */
const font = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** Styles in the elements for mail programs that drop style sheets; those that keep them also get the dark scheme. */
function htmlOf(letter: Letter): Html | Promise<Html> {
  const accent = letter.accent ?? defaultAccent;
  const paragraph = (text: string) =>
    html`<p class="t" style="margin:0 0 14px;font:16px/1.5 ${raw(font)};color:#1b2326">${lines(text)}</p>`;
  return html`<!doctype html>
    <html lang="${letter.language}" dir="${letter.direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${letter.subject}</title>
        <style>
          ${raw(darkScheme)}
        </style>
      </head>
      <body
        class="b"
        style="margin:0;padding:0;background:#f4f6f6;-webkit-text-size-adjust:100%;overflow-wrap:anywhere"
      >
        <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${letter.preheader}</div>
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
          <tr>
            <td align="center" style="padding:24px 12px">
              <table
                role="presentation"
                width="100%"
                cellpadding="0"
                cellspacing="0"
                border="0"
                style="max-width:600px;text-align:start"
              >
                <tr>
                  <td class="s" style="padding:0 8px 12px;font:600 15px/1.4 ${raw(font)};color:#566166">
                    ${letter.sender}
                  </td>
                </tr>
                <tr>
                  <td
                    class="c"
                    style="background:#ffffff;border:1px solid #d5dcde;border-radius:12px;padding:28px 24px"
                  >
                    <h1 class="t" style="margin:0 0 16px;font:600 22px/1.3 ${raw(font)};color:#1b2326">
                      ${letter.heading}
                    </h1>
                    ${letter.paragraphs.map(paragraph)} ${letter.facts.length > 0 ? factTable(letter.facts) : ""}
                    ${letter.items.map((item) => itemOf(item, accent))}
                    ${letter.button ? buttonOf(letter.button, accent) : ""}
                  </td>
                </tr>
                <tr>
                  <td class="s" style="padding:16px 8px;font:13px/1.5 ${raw(font)};color:#566166">
                    ${lines(letter.footer.text)}${
                      letter.footer.links.length > 0
                        ? html`<br />${letter.footer.links.map(
                              ({ label, href }, index) =>
                                html`${index > 0 ? " · " : ""}<a class="l" href="${href}" style="color:${accent}"
                                    >${label}</a
                                  >`,
                            )}`
                        : ""
                    }
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html>`;
}

function factTable(facts: Letter["facts"]): Html | Promise<Html> {
  return html`<table
    role="presentation"
    width="100%"
    cellpadding="0"
    cellspacing="0"
    border="0"
    style="margin:0 0 16px"
  >
    ${facts.map(
      ({ label, value }) =>
        html`<tr>
          <td
            class="s"
            valign="top"
            style="padding:4px 16px 4px 0;width:34%;font:14px/1.5 ${raw(font)};color:#566166;overflow-wrap:break-word;hyphens:auto"
          >
            ${label}
          </td>
          <td class="t" valign="top" style="padding:4px 0;font:15px/1.5 ${raw(font)};color:#1b2326">${value}</td>
        </tr>`,
    )}
  </table>`;
}

function itemOf({ title, facts, text, links, isUrgent }: LetterItem, accent: string): Html | Promise<Html> {
  const color = isUrgent ? "#b3261e" : "#1b2326";
  return html`<table
    role="presentation"
    width="100%"
    cellpadding="0"
    cellspacing="0"
    border="0"
    class="i"
    style="border-top:1px solid #d5dcde;margin:0"
  >
    <tr>
      <td style="padding:16px 0">
        <h2 class="${isUrgent ? "u" : "t"}" style="margin:0 0 6px;font:600 17px/1.35 ${raw(font)};color:${color}">
          ${title}
        </h2>
        ${facts.map(
          ({ label, value }) =>
            html`<p class="s" style="margin:0 0 4px;font:14px/1.45 ${raw(font)};color:#566166">
              ${label}: <strong class="t" style="color:#1b2326;font-weight:600">${value}</strong>
            </p>`,
        )}
        <p class="t" style="margin:6px 0 10px;font:15px/1.5 ${raw(font)};color:#1b2326">${lines(text)}</p>
        ${
          links.length > 0
            ? html`<p style="margin:0;font:15px/1.9 ${raw(font)}">
                ${links.map(
                  ({ label, href }, index) =>
                    html`${index > 0 ? raw("&nbsp;&nbsp; ") : ""}<a
                        class="l"
                        href="${href}"
                        style="color:${accent};font-weight:600"
                        >${label}</a
                      >`,
                )}
              </p>`
            : ""
        }
      </td>
    </tr>
  </table>`;
}

function buttonOf({ label, href }: LetterLink, accent: string): Html | Promise<Html> {
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 4px">
    <tr>
      <td style="border-radius:6px;background:${accent}">
        <a
          href="${href}"
          style="display:inline-block;padding:12px 22px;font:600 16px/1.4 ${raw(font)};color:#ffffff;text-decoration:none;border-radius:6px"
          >${label}</a
        >
      </td>
    </tr>
  </table>`;
}

/** Text with its line breaks. */
function lines(text: string): (string | Html)[] {
  return text.split("\n").flatMap((line, index): (string | Html)[] => (index === 0 ? [line] : [raw("<br>"), line]));
}

const darkScheme = `@media(prefers-color-scheme:dark){.b{background:#12181a!important}.c{background:#1b2326!important;border-color:#38444a!important}.t{color:#e6ecec!important}.s{color:#a3b0b3!important}.i{border-color:#38444a!important}.l{color:#5fc9c3!important}.u{color:#ff9d94!important}}`;

function textOf(letter: Letter): string {
  const links = (given: LetterLink[]) => given.map(({ label, href }) => `${label}: ${href}`);
  const facts = (given: Letter["facts"]) => given.map(({ label, value }) => `${label}: ${value}`);
  const parts = [
    letter.heading,
    ...letter.paragraphs,
    facts(letter.facts).join("\n"),
    ...letter.items.map(({ title, facts: own, text, links: ownLinks }) =>
      [`* ${title}`, ...facts(own), text, ...links(ownLinks)].join("\n"),
    ),
    letter.button ? links([letter.button]).join("") : "",
    `-- \n${[letter.sender, letter.footer.text, ...links(letter.footer.links)].join("\n")}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
