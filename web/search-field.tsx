import { useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

const pauseMs = 180;

/** The one search field. On the list of subscriptions it filters while one types; elsewhere Enter leads there. */
export function SearchField() {
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const isOnList = useRouterState({ select: ({ location }) => location.pathname === "/subscriptions" });
  const asked = useRouterState({
    select: ({ location }) =>
      location.pathname === "/subscriptions" ? ((location.search as { q?: string }).q ?? "") : "",
  });
  const [typed, setTyped] = useState(asked);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    if (document.activeElement !== field.current) setTyped(asked);
  }, [asked]);
  useHotkeys([
    ["/", enter],
    ["mod+K", enter],
  ]);

  function enter() {
    field.current?.focus();
    field.current?.select();
  }

  function search(text: string, replace: boolean) {
    clearTimeout(timer.current);
    const q = text.trim().slice(0, 200) || undefined;
    void navigate({
      to: "/subscriptions",
      search: (before) => (isOnList ? { ...before, q, cursor: undefined } : { q }),
      replace,
    });
  }

  function type(text: string) {
    setTyped(text);
    clearTimeout(timer.current);
    if (isOnList) timer.current = setTimeout(() => search(text, true), pauseMs);
  }

  return (
    <form
      role="search"
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        search(typed, isOnList);
      }}
    >
      <IconSearch size={16} aria-hidden />
      <input
        ref={field}
        type="search"
        aria-label="Search subscriptions"
        placeholder="Name, e-mail, company or any id"
        maxLength={200}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
      <kbd aria-hidden>/</kbd>
    </form>
  );
}
