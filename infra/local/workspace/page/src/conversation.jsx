import { useEffect, useRef, useState } from "react";
import { post } from "./api.js";
import { useSeen } from "./context.js";
import { prettyDay } from "./dates.js";
import { ChatMessage, moment } from "./message.jsx";

export const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;

export function Composer({ channel, thread }) {
  const { seen } = useSeen();
  const [text, setText] = useState("");
  const [error, setError] = useState("");
  const send = () => {
    const line = text.trim();
    if (!line) return;
    setText("");
    setError("");
    const isCommand = line.startsWith("/");
    const where = { user: seen.me, channel: channel.id, text: line };
    post(isCommand ? "/workspace/command" : "/workspace/say", thread && !isCommand ? { ...where, thread_ts: thread } : where)
      .then((answer) => answer.error && setError(`${line.split(" ")[0]} failed with the error “${answer.error}”`))
      .catch((problem) => setError(problem.message));
  };
  const name = channel.im ? seen.app.name : `#${channel.name}`;
  return (
    <div className="composer">
      {error ? (
        <p className="failed" role="alert">
          <b>Slackbot</b> · Only visible to you · {error}
        </p>
      ) : null}
      <div className="composer-box">
        <input
          value={text}
          aria-label="Message"
          placeholder={thread ? "Reply…" : `Message ${name}${seen.commands.map((command) => `, or ${command} …`).join("")}`}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && send()}
        />
        <button onClick={send} disabled={!text.trim()} aria-label="Send">
          ➤
        </button>
      </div>
      {text.startsWith("/") && !text.includes(" ") ? (
        <div className="suggestions">
          {seen.commands.map((command) => (
            <button key={command} onClick={() => setText(`${command} `)}>
              <b>{command}</b> <span className="muted">{seen.app.name}</span>
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}

function Days({ messages, children }) {
  const { now } = useSeen();
  let day = "";
  return messages.map((message) => {
    const date = moment(message.ts);
    const label = prettyDay(date, now(), date.toLocaleDateString("en", { weekday: "long", month: "long", day: "numeric" }));
    const divider = label === day ? null : <div className="day" key={`day ${label}`}><span>{label}</span></div>;
    day = label;
    return [divider, children(message)];
  });
}

// Whoever reads the newest message stays with it, also when what stands above it grows (a card is edited in place).
function useBottom(place, newest) {
  const ref = useRef(null);
  const stuck = useRef(true);
  const read = useRef(newest);
  const [below, setBelow] = useState(false);
  useEffect(() => {
    if (!stuck.current && newest > read.current) setBelow(true);
    read.current = newest;
  }, [newest]);
  useEffect(() => {
    stuck.current = true;
    const follow = () => stuck.current && (ref.current.scrollTop = ref.current.scrollHeight);
    const watch = new ResizeObserver(follow);
    watch.observe(ref.current.firstElementChild);
    follow();
    return () => watch.disconnect();
  }, [place]);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = ref.current;
    stuck.current = scrollHeight - scrollTop - clientHeight < 80;
    if (stuck.current) setBelow(false);
  };
  const go = () => ref.current.scrollTo({ top: ref.current.scrollHeight, behavior: "smooth" });
  return [{ ref, onScroll }, below, go];
}

export function Conversation({ channel, openThread }) {
  const shown = channel.messages.filter((message) => !isReply(message));
  const last = shown.at(-1);
  const [bottom, below, go] = useBottom(channel.id, last?.ts ?? "");
  return (
    <>
      <div className="scroll" {...bottom}>
        <div>
          <div className="begin">
            <h3>{channel.im ? "Direct messages with the app" : `This is the beginning of #${channel.name}`}</h3>
            <p className="muted">{channel.topic}</p>
          </div>
          <Days messages={shown}>
            {(message) => <ChatMessage key={message.ts} message={message} channel={channel} openThread={() => openThread(message.ts)} />}
          </Days>
        </div>
      </div>
      {below ? (
        <button className="below" onClick={go}>
          ↓ {last.ephemeral ? "A message only visible to you" : "New messages"}
        </button>
      ) : null}
      <Composer channel={channel} />
    </>
  );
}

export function Thread({ channel, ts, close }) {
  const messages = channel.messages.filter((message) => message.ts === ts || message.thread_ts === ts);
  const [bottom] = useBottom(ts, messages.at(-1)?.ts ?? "");
  return (
    <aside className="thread">
      <header className="bar-head">
        <b>Thread</b> <span className="muted">{channel.im ? "" : `#${channel.name}`}</span>
        <button className="close" onClick={close} aria-label="Close thread">
          ×
        </button>
      </header>
      <div className="scroll" {...bottom}>
        <div>
          {messages.map((message) => (
            <ChatMessage key={message.ts} message={message} channel={channel} inThread />
          ))}
        </div>
      </div>
      <Composer channel={channel} thread={ts} />
    </aside>
  );
}
