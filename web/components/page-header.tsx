import { isolatedIn } from "../../shared/foreign-text.ts";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { ReactNode } from "react";
import * as pageStyles from "./page.module.css";

type Props = {
  title: string;
  /** To the right of the heading. */ children?: ReactNode;
  /** Below the heading. */ note?: ReactNode;
};

/** Whether the removed heading had the focus; its replacement, once the data is loaded, takes it over. */
let wasFocused = false;

/** The heading of a page. It also sets the tab's title and takes the focus after navigation. */
export function PageHeader({ title, children, note }: Props) {
  useEffect(() => {
    document.title = isolatedIn(`${title} · Marketdesk`);
  }, [title]);
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    const element = heading.current;
    if (wasFocused) element?.focus({ preventScroll: true });
    return () => {
      wasFocused = document.activeElement === element;
    };
  }, []);
  return (
    <div className={pageStyles.heading}>
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {note && <p className="dim">{note}</p>}
      </div>
      {children && <div className={pageStyles.headingSide}>{children}</div>}
    </div>
  );
}
