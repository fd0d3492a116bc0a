import * as styles from "./activity-entry.module.css";

const trailing = ".,;:!?)]}>\"'”’»";

/** The text of a note, in which URLs are links. */
export function NoteText({ text }: { text: string }) {
  return (
    <p className={styles.note}>
      {text.split(/(\s+)/).map((word, at) => {
        const from = word.search(/https?:\/\//);
        if (from < 0) return word;
        let to = word.length;
        while (to > from && trailing.includes(word[to - 1] ?? " ")) to -= 1;
        const address = word.slice(from, to);
        if (!URL.canParse(address)) return word;
        return (
          <span key={at}>
            {word.slice(0, from)}
            <a href={address} target="_blank" rel="noreferrer">
              {address}
            </a>
            {word.slice(to)}
          </span>
        );
      })}
    </p>
  );
}
