/** A message to people, before it has the form of an email or a card. Plain text throughout. */

export type LetterLink = { label: string; href: string };

export type LetterItem = {
  title: string;
  /** Short facts: who it concerns, and until when. */
  facts: { label: string; value: string }[];
  text: string;
  links: LetterLink[];
  isUrgent: boolean;
};

export type Letter = {
  /** BCP 47. */
  language: string;
  direction: "ltr" | "rtl";
  subject: string;
  /** The preview text that an inbox shows next to the subject. */
  preheader: string;
  /** Who writes: the publisher's name, or Marketdesk. */
  sender: string;
  /** A hex color of buttons and links that is readable on white; null: the default. */
  accent: string | null;
  heading: string;
  paragraphs: string[];
  facts: { label: string; value: string }[];
  items: LetterItem[];
  /** The main action. */
  button: LetterLink | null;
  /** Why the reader gets it, and how to change that. */
  footer: { text: string; links: LetterLink[] };
};
