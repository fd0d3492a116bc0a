import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { announce } from "../shell/announce.tsx";

type Props = {
  isPending: boolean;
  problem: string | null;
  add(text: string, onAdded: () => void): void;
};

/** A note for colleagues on a timeline. */
export function NoteForm({ isPending, problem, add }: Props) {
  const [text, setText] = useState("");

  function submit() {
    if (text.trim() === "" || isPending) return;
    add(text, () => {
      setText("");
      announce("Note added");
    });
  }

  return (
    <form
      className="note-form"
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
