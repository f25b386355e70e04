import { useLayoutEffect, useRef } from "react";
import { Message } from "slack-blocks-to-jsx";
import { useSeen } from "./context.js";
import { slackDate } from "./dates.js";
import { Element } from "./elements.jsx";

// The library draws what is only looked at; what can be pressed is drawn here, because the library's own elements tell
// nobody that they were.

function useLibrary() {
  const { seen, now } = useSeen();
  const everybody = [...seen.people, { id: seen.app.user, name: seen.app.name }];
  return {
    data: {
      users: everybody.map(({ id, name }) => ({ id, name })),
      channels: seen.channels.map(({ id, name }) => ({ id, name })),
      // The library draws a group by its name, Slack by its handle.
      user_groups: seen.groups.map(({ id, handle }) => ({ id, name: handle, handle })),
    },
    hooks: {
      date: ({ timestamp, format, link, fallback }) => {
        const text = slackDate(timestamp, format, now()) || fallback;
        const title = new Date(Number(timestamp) * 1000).toLocaleString();
        return link ? (
          <a href={link} title={title}>
            {text}
          </a>
        ) : (
          <span title={title}>{text}</span>
        );
      },
      link: ({ href, children }) => {
        const place = placeOf(href ?? "", seen.team.domain);
        return (
          <a href={place || href} {...(place ? {} : { target: "_blank", rel: "noreferrer" })}>
            {children}
          </a>
        );
      },
    },
  };
}

function Drawn({ blocks }) {
  const { theme } = useSeen();
  const library = useLibrary();
  const ref = useRef(null);
  useLayoutEffect(() => reveal(ref.current));
  return (
    <div ref={ref}>
      <Message blocks={blocks.map(withOwnImages).map(formatted)} name="" logo="" theme={theme} withoutWrapper {...library} />
    </div>
  );
}

// A permalink of this workspace opens its message here.
function placeOf(href, domain) {
  const found = /^https:\/\/([a-z0-9-]+)\.slack\.com\/archives\/(\w+)\/(p\d+)/.exec(href);
  return found?.[1] === domain ? `#${found[2]}/${found[3]}` : "";
}

// The library takes `verbatim` for "as it is"; in Slack it only stops links made of what looks like one.
function formatted(block) {
  function tame(key, value) {
    if (key === "verbatim") return undefined;
    return key === "text" && typeof value === "string" ? masked(value, this.verbatim) : value;
  }
  return JSON.parse(JSON.stringify(block, tame));
}

// The library unescapes before it parses, so that escaped text could mention and link, which in Slack it cannot; and it
// takes any two colons for an emoji. It gets signs of its own instead, and they are turned back in what it has drawn.
const MASKS = { "&lt;": "\ue0f0", "&gt;": "\ue0f1", "&amp;": "\ue0f2", ":": "\ue0f3" };
const SIGNS = { "\ue0f0": "<", "\ue0f1": ">", "\ue0f2": "&", "\ue0f3": ":" };
const EMOJI = /(?<!\w):(?:[a-z][\w+-]*|[+-]1):(?::skin-tone-[2-6]:)?(?!\w)/;
const PIECES = new RegExp(`<[^<>]*>|https?://(?:(?!&[lg]t;)[^\\s<>|])+|${EMOJI.source}|&(?:lt|gt|amp);|:`, "g");
const unmasked = (text) => text.replace(/[\ue0f0-\ue0f3]/g, (sign) => SIGNS[sign]);

function masked(text, verbatim) {
  return text.replace(PIECES, (piece) => {
    if (piece[0] === "<") return token(piece);
    if (piece.startsWith("http")) return verbatim ? piece.replaceAll(":", MASKS[":"]) : piece.replaceAll("&amp;", "&");
    return MASKS[piece] ?? piece;
  });
}

// <address|label>: the address as it is, the label as text.
function token(piece) {
  const [, address, label] = /^<([^|]*)(\|.*)?>$/s.exec(piece);
  return `<${address.replaceAll("&amp;", "&")}${address[0] === "!" || !label ? (label ?? "") : masked(label)}>`;
}

function reveal(drawn) {
  const walker = document.createTreeWalker(drawn, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const plain = unmasked(walker.currentNode.data);
    if (plain !== walker.currentNode.data) walker.currentNode.data = plain;
  }
}

function withOwnImages(block) {
  if (block.type !== "image" || !block.slack_file) return block;
  const { id, url } = block.slack_file;
  return { ...block, slack_file: undefined, image_url: id ? `/files/${id}/image` : new URL(url).pathname };
}

export function Mrkdwn({ text }) {
  return <Drawn blocks={[{ type: "section", text: { type: "mrkdwn", text } }]} />;
}

function Section({ block, act }) {
  const { accessory, ...rest } = block;
  return (
    <div className="section">
      <div className="section-text">
        <Drawn blocks={[rest]} />
      </div>
      <Element block={block} element={accessory} act={act} />
    </div>
  );
}

function Actions({ block, act }) {
  return (
    <div className="actions">
      {block.elements.map((element) => (
        <Element key={element.action_id} block={block} element={element} act={act} />
      ))}
    </div>
  );
}

function Input({ block, act }) {
  const error = act.errors?.[block.block_id];
  return (
    <div className={`input ${error ? "wrong" : ""}`}>
      <label>
        {block.label.text}
        {block.optional ? <span className="optional"> (optional)</span> : null}
      </label>
      <Element block={block} element={block.element} act={act} inInput />
      {error ? <p className="error">{error}</p> : null}
      {block.hint ? <p className="hint">{block.hint.text}</p> : null}
    </div>
  );
}

function Container({ block, act }) {
  const head = (
    <>
      <b>{block.title?.text}</b> <span className="muted">{block.subtitle?.text}</span>
    </>
  );
  if (!block.is_collapsible) {
    return (
      <div className="container">
        <p>{head}</p>
        <Blocks blocks={block.child_blocks} act={act} />
      </div>
    );
  }
  return (
    <details className="container" open={!block.default_collapsed}>
      <summary>{head}</summary>
      <Blocks blocks={block.child_blocks} act={act} />
    </details>
  );
}

function cellText(cell) {
  if (cell.type === "raw_text") return cell.text;
  if (cell.type === "raw_number") return String(cell.number ?? cell.value ?? cell.text);
  return <Drawn blocks={[cell]} />;
}

function DataTable({ block }) {
  const [head, ...rows] = block.rows;
  return (
    <table className="data-table">
      <caption>{block.caption}</caption>
      <thead>
        <tr>
          {head.map((cell, index) => (
            <th key={index}>{cellText(cell)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, number) => (
          <tr key={number}>
            {row.map((cell, index) => (
              <td key={index}>{cellText(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Block({ block, act }) {
  if (block.type === "actions") return <Actions block={block} act={act} />;
  if (block.type === "input") return <Input block={block} act={act} />;
  if (block.type === "container") return <Container block={block} act={act} />;
  if (block.type === "data_table") return <DataTable block={block} />;
  if (block.type === "section" && block.accessory && block.accessory.type !== "image") return <Section block={block} act={act} />;
  return <Drawn blocks={[block]} />;
}

export function Blocks({ blocks, act }) {
  return (
    <div className="blocks">
      {(blocks ?? []).map((block) => (
        <Block key={block.block_id} block={block} act={act} />
      ))}
    </div>
  );
}
