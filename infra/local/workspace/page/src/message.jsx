import { useState } from "react";
import { post } from "./api.js";
import { Blocks, Mrkdwn } from "./blocks.jsx";
import { useSeen } from "./context.js";
import { shortTime } from "./dates.js";
import { Bubble, Eye, Shield, Warning } from "./icons.jsx";

export const moment = (ts) => new Date(Number(ts) * 1000);

export function Avatar({ id, app }) {
  if (app) return <div className="avatar app"><Shield size={22} /></div>;
  const hue = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  return (
    <div className="avatar" style={{ background: `hsl(${hue} 45% 45%)` }}>
      {id.replace(/^U0?/, "").slice(0, 1)}
    </div>
  );
}

// What a message's or view's elements need to act; `told` says what went wrong.
export function useActing(press, told) {
  const [values, setValues] = useState({});
  return {
    values,
    set: (block, element, state) =>
      setValues((before) => ({ ...before, [block.block_id]: { ...before[block.block_id], [element.action_id]: state } })),
    press: (block, element, value) => {
      told("");
      return post("/workspace/press", { ...press, block_id: block.block_id, action_id: element.action_id, value, values })
        .then((answer) => answer.error && told(answer.error))
        .catch((problem) => told(problem.message));
    },
  };
}

function Attachment({ attachment, act }) {
  const color = attachment.color ? `#${attachment.color}` : "var(--line)";
  return (
    <div className="attachment">
      <div className="bar" style={{ background: color }} />
      <div className="attachment-body">
        {attachment.pretext ? <Mrkdwn text={attachment.pretext} /> : null}
        {attachment.title ? <b>{attachment.title}</b> : null}
        {attachment.blocks ? <Blocks blocks={attachment.blocks} act={act} /> : attachment.text ? <Mrkdwn text={attachment.text} /> : null}
        {attachment.footer ? <p className="muted">{attachment.footer}</p> : null}
      </div>
    </div>
  );
}

function Picture({ file }) {
  const path = new URL(file.url_private).pathname;
  return (
    <figure className="picture">
      <figcaption>{file.title}</figcaption>
      <a href={path} target="_blank" rel="noreferrer">
        <img src={path} alt={file.title} />
      </a>
    </figure>
  );
}

function Document({ file }) {
  return (
    <p className="document">
      📄{" "}
      <a href={new URL(file.url_private).pathname} target="_blank" rel="noreferrer" download={file.name}>
        {file.title}
      </a>
    </p>
  );
}

function Body({ message, act }) {
  const hasBlocks = Boolean(message.blocks?.length);
  // With blocks a message's text is only for notifications; with attachments it stands above them.
  const bare = message.text && !hasBlocks;
  return (
    <>
      {bare ? (
        <div className="bare">
          <Mrkdwn text={message.text} />
          {message.edited ? <span className="muted edited">(edited)</span> : null}
        </div>
      ) : null}
      {hasBlocks ? <Blocks blocks={message.blocks} act={act} /> : null}
      {(message.attachments ?? []).map((item) => (
        <Attachment key={item.id} attachment={item} act={act} />
      ))}
      {(message.files ?? []).map((file) =>
        /\.(png|jpe?g|gif)$/.test(file.name) ? <Picture key={file.id} file={file} /> : <Document key={file.id} file={file} />,
      )}
    </>
  );
}

function Replies({ message, open }) {
  if (!message.reply_count) return null;
  return (
    <button className="replies" onClick={open}>
      <Avatar id={message.reply_users?.[0] ?? message.user} app={message.reply_users?.[0] === message.user && message.bot_id} />
      <b>
        {message.reply_count} {message.reply_count === 1 ? "reply" : "replies"}
      </b>
      <span className="muted">Last reply {shortTime(moment(message.latest_reply))}</span>
    </button>
  );
}

export function ChatMessage({ message, channel, openThread, inThread }) {
  const { seen } = useSeen();
  const [error, setError] = useState("");
  const act = useActing({ user: seen.me, channel: channel.id, ts: message.ts }, setError);
  const app = message.user === seen.app.user;
  const person = seen.people.find((item) => item.id === message.user);
  return (
    <article id={`m${message.ts}`} className={`message ${message.ephemeral ? "ephemeral" : ""}`}>
      <Avatar id={message.user} app={app} />
      <div className="message-main">
        {message.ephemeral ? <p className="only-you">
            <Eye /> Only visible to you
          </p> : null}
        <p className="author">
          <b>{app ? seen.app.name : (person?.real_name ?? message.user)}</b>
          {app ? <span className="badge">APP</span> : null}
          {person?.guest ? <span className="badge">GUEST</span> : null}
          <time title={moment(message.ts).toLocaleString()}>{shortTime(moment(message.ts))}</time>
        </p>
        <Body message={message} act={act} />
        {error ? (
          <p className="failed" role="alert">
            <Warning /> {seen.app.name} did not do this: {error}
          </p>
        ) : null}
        {(message.reactions ?? []).map((item) => (
          <span key={item.name} className="reaction">
            <Mrkdwn text={`:${item.name}:`} /> {item.users.length}
          </span>
        ))}
        {inThread ? null : <Replies message={message} open={openThread} />}
      </div>
      {message.ephemeral || inThread ? null : (
        <button className="hover" onClick={openThread} title="Reply in thread">
          <Bubble />
        </button>
      )}
    </article>
  );
}
