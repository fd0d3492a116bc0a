import { announce } from "../shell/announcement.ts";
import { mentionedIn } from "../text/mentions.ts";
import { Button } from "./button.tsx";
import { useColleagues } from "./colleagues.ts";
import { MentionTextarea } from "./mention-textarea.tsx";
import { useTextDraft } from "./use-draft.ts";
import * as styles from "./note-form.module.css";

type Note = { text: string; mentions: string[] };

type Props = {
  /** The subject of the note, such as `subscription ID`. */
  about: string;
  isPending: boolean;
  problem: string | null;
  add(note: Note, onAdded: () => void): void;
};

/** A note for colleagues on a timeline. */
export function NoteForm({ about, isPending, problem, add }: Props) {
  const [text, setText] = useTextDraft(`note ${about}`);
  const colleagues = useColleagues() ?? [];

  const mentions = mentionedIn(text, colleagues);
  const names = colleagues.filter(({ id }) => mentions.includes(id)).map(({ name }) => name);

  function submit() {
    if (text.trim() === "" || isPending) return;
    add({ text, mentions }, () => {
      setText("");
      announce("Note added");
    });
  }

  return (
    <form
      className={styles.noteForm}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <MentionTextarea
        aria-label="Note for colleagues"
        placeholder="Note for colleagues, not visible to the customer. @ mentions a colleague."
        autosize
        minRows={1}
        maxRows={12}
        maxLength={4_000}
        value={text}
        error={problem}
        change={setText}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) submit();
        }}
      />
      <Button type="submit" variant="default" size="compact-sm" loading={isPending}>
        Add note
      </Button>
      <p role="status" className="dim">
        {names.length > 0 && `The note waits under Needs attention until it is read: ${names.join(", ")}`}
      </p>
    </form>
  );
}
