import { isolatedIn } from "../../shared/foreign-text.ts";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { ReactNode } from "react";

type Props = {
  title: string;
  /** Beside the heading, at its right. */ children?: ReactNode;
  /** Under it. */ note?: ReactNode;
};

/** Whether a heading that has just gone had the focus: the one that takes its place, once the data is there, gets it. */
let wasFocused = false;

/** The heading of a page, which is also the title of its tab and takes the focus when one comes to the page. */
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
    <div className="page-heading">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {note && <p className="dim">{note}</p>}
      </div>
      {children && <div className="page-heading-side">{children}</div>}
    </div>
  );
}
