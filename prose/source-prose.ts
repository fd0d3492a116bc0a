/** The prose in TypeScript for textlint: comments, strings, template literals and JSX text, each a paragraph. */
import type { TxtDocumentNode, TxtParagraphNode, TxtStrNode } from "@textlint/ast-node-types";
import { parseSync, Visitor } from "oxc-parser";

/** Start and end in the file. */
type Span = [from: number, to: number];

export const sourceProse = {
  Processor: class {
    availableExtensions(): string[] {
      return [".ts", ".tsx"];
    }

    processor() {
      return {
        preProcess: (text: string, filePath = "file.ts") => documentOf(text, spansOf(filePath, text)),
        postProcess: <Message>(messages: Message[], filePath = "") => ({ messages, filePath }),
      };
    }
  },
};

function spansOf(filePath: string, text: string): Span[] {
  const { program, comments } = parseSync(filePath, text);
  const spans: Span[] = comments.flatMap(({ start, end }) => outsideBackticks(text, [start, end]));
  const add = ({ start, end }: { start: number; end: number }) => spans.push([start, end]);
  new Visitor({
    Literal: (node) => {
      // A single word in lower case is an identifier, such as the system account `nobody`.
      if (typeof node.value === "string" && !/^[a-z][\w.-]*$/.test(node.value)) add(node);
    },
    TemplateElement: add,
    JSXText: add,
  }).visit(program);
  return spans.sort(([one], [other]) => one - other);
}

/** Names of code inside a comment are not prose. */
function outsideBackticks(text: string, [from, to]: Span): Span[] {
  let at = from;
  return text
    .slice(from, to)
    .split(/(`[^`]*`)/)
    .flatMap((part): Span[] => {
      at += part.length;
      return part.startsWith("`") || part === "" ? [] : [[at - part.length, at]];
    });
}

function documentOf(text: string, spans: Span[]): TxtDocumentNode {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const place = (offset: number) => {
    const line = lineStarts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - (lineStarts[line] ?? 0) };
  };
  const at = ([from, to]: Span) => ({
    raw: text.slice(from, to),
    range: [from, to] as const,
    loc: { start: place(from), end: place(to) },
  });
  const children = spans.map((span): TxtParagraphNode => {
    const words: TxtStrNode = { type: "Str", value: text.slice(...span), ...at(span) };
    return { type: "Paragraph", children: [words], ...at(span) };
  });
  return { type: "Document", children, ...at([0, text.length]) };
}
