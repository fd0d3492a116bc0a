import { useMediaQuery } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useId, useRef, useState } from "react";
import type { SubscriptionFilters } from "../../shared/filters.ts";
import { maxSearchLength } from "../../shared/search-limits.ts";
import { usePageKeys } from "../components/page-keys.ts";
import { trpc } from "../trpc.ts";
import type { PaletteHandle } from "./palette.tsx";
import { lazyPart } from "../components/lazy-part.tsx";
import * as searchStyles from "./search.module.css";

const loadPalette = () => import("./palette.tsx");
const Palette = lazyPart(loadPalette, "Palette");

/** Shorter queries match too much. */
const minLength = 3;

/** The search field: finds records, opens pages and starts actions. Enter without a selected option opens the list. */
export function SearchField() {
  const field = useRef<HTMLInputElement>(null);
  const palette = useRef<PaletteHandle>(null);
  const asked = useRouterState({
    select: ({ location }) =>
      location.pathname === "/subscriptions" ? ((location.search as { q?: string }).q ?? "") : "",
  });
  const [typed, setTyped] = useState(asked);
  const [isOpen, setOpen] = useState(false);
  const [activeElement, setActiveElement] = useState<string | null>(null);
  const isPhone = useMediaQuery("(max-width: 700px)", false, { getInitialValueInEffect: false });
  const id = useId();
  const text = typed.trim();
  const { search, openTyped } = useSubmit(() => field.current?.blur());

  useEffect(() => {
    if (document.activeElement !== field.current) setTyped(asked);
  }, [asked]);
  usePageKeys([
    ["/", enter],
    ["mod+K", enter],
  ]);

  function enter() {
    field.current?.focus();
    field.current?.select();
    setOpen(true);
  }

  function close() {
    setOpen(false);
    setActiveElement(null);
  }

  function type(value: string) {
    setTyped(value);
    setOpen(true);
    if (value === "" && asked !== "") search("");
  }

  function submit() {
    if (text.length > maxSearchLength) return setOpen(true);
    const opened = isOpen ? palette.current?.open() : "none";
    if (opened === "waits") return;
    if (opened !== "opened") {
      if (text.length >= minLength) void openTyped(text);
      else search(text);
    }
    close();
  }

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.key === "Escape" && isOpen) {
      // The browser would also clear the field.
      event.preventDefault();
      return close();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (isOpen) palette.current?.move(event.key === "ArrowDown" ? 1 : -1);
    else setOpen(true);
  }

  return (
    <form
      role="search"
      className={searchStyles.search}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <IconSearch size={16} aria-hidden />
      <input
        ref={field}
        type="search"
        role="combobox"
        aria-label="Search by name, email, company or ID, or type an action"
        aria-expanded={isOpen}
        aria-controls={isOpen ? `${id}-list` : undefined}
        aria-activedescendant={(isOpen && activeElement) || undefined}
        aria-autocomplete="list"
        placeholder={isPhone ? "Search" : "Search, or type an action"}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        onClick={() => setOpen(true)}
        onFocus={() => void loadPalette().catch(() => {})}
        onKeyDown={onKeyDown}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
      />
      <kbd aria-hidden>/</kbd>
      {isOpen && (
        <Suspense fallback={null}>
          <Palette
            id={`${id}-list`}
            text={text}
            handle={palette}
            onActive={setActiveElement}
            onOpen={() => {
              close();
              field.current?.blur();
            }}
          />
        </Suspense>
      )}
    </form>
  );
}

/** Where Enter leads without a selected option. */
function useSubmit(leave: () => void) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const isOnList = useRouterState({ select: ({ location }) => location.pathname === "/subscriptions" });

  function search(text: string) {
    const q = text || undefined;
    void navigate({
      to: "/subscriptions",
      search: (before) => (isOnList ? { ...(before as SubscriptionFilters), q, cursor: undefined } : { q }),
      replace: isOnList,
    });
  }

  /** Pasting an ID and pressing Enter immediately opens what the ID names. */
  async function openTyped(text: string) {
    const found = await queryClient.ensureQueryData(trpc.find.all.queryOptions({ q: text })).catch(() => null);
    if (!found?.exact) return search(text);
    const { kind, id } = found.exact;
    const to = {
      subscription: "/subscriptions/$id",
      customer: "/customers/$id",
      operation: "/operations/$id",
      delivery: "/deliveries/$id",
    } as const;
    leave();
    void navigate({ to: to[kind], params: { id } });
  }

  return { search, openTyped };
}
