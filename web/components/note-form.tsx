import { Textarea } from "@mantine/core";
import { announce } from "../shell/announce.tsx";
import { Button } from "./button.tsx";
import { useTextDraft } from "./use-draft.ts";
import * as styles from "./note-form.module.css";

type Props = {
  /** The subject of the note, such as `subscription ID`. */
  about: string;
  isPending: boolean;
  problem: string | null;
  add(text: string, onAdded: () => void): void;
};

/** A note for colleagues on a timeline. */
export function NoteForm({ about, isPending, problem, add }: Props) {
  const [text, setText] = useTextDraft(`note ${about}`);

  function submit() {
    if (text.trim() === "" || isPending) return;
    add(text, () => {
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
      <Textarea
        aria-label="Note for colleagues"
        placeholder="Note for colleagues. Not visible to the customer; cannot be edited later."
        autosize
        minRows={1}
        maxRows={12}
        maxLength={4_000}
        value={text}
        error={problem}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) submit();
        }}
      />
      <Button type="submit" variant="default" size="xs" loading={isPending}>
        Add note
      </Button>
    </form>
  );
}
