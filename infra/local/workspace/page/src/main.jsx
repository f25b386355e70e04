import { useCallback, useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import "slack-blocks-to-jsx/dist/style.css";
import { get, listen, post } from "./api.js";
import { Beside } from "./cloud.jsx";
import { Seen } from "./context.js";
import { Conversation, Thread } from "./conversation.jsx";
import { Shield } from "./icons.jsx";
import { Home, Modal } from "./modal.jsx";
import { ActAs, Sidebar, Sign } from "./sidebar.jsx";
import "./styles.css";

function useKept(name, initial) {
  const [value, setValue] = useState(() => JSON.parse(localStorage.getItem(name)) ?? initial);
  useEffect(() => localStorage.setItem(name, JSON.stringify(value)), [name, value]);
  return [value, setValue];
}

function useSnapshot(user) {
  const [seen, setSeen] = useState(null);
  const [error, setError] = useState("");
  const look = useCallback(
    () =>
      get(`/workspace/page?user=${encodeURIComponent(user)}`)
        .then((found) => (setSeen(found), setError("")))
        .catch((problem) => setError(problem.message)),
    [user],
  );
  useEffect(() => {
    look();
    return listen(look);
  }, [look]);
  return [seen, error];
}

const systemTheme = () => (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

// #CHANNEL or #CHANNEL/TS (a permalink): where the page opens.
function fromHash() {
  const [place, ts] = location.hash.slice(1).split("/");
  const digits = (ts ?? "").replace(/^p/, "").replace(".", "");
  return { place, ts: digits ? `${digits.slice(0, -6)}.${digits.slice(-6)}` : "" };
}

function App() {
  const [user, setUser] = useKept("user", "");
  const [theme, setTheme] = useKept("theme", systemTheme());
  const [cloud, setCloud] = useKept("cloud", window.innerWidth > 1180);
  const [read, setRead] = useKept("read", {});
  const [place, setPlace] = useState(fromHash().place || "");
  const [thread, setThread] = useState("");
  const [seen, error] = useSnapshot(user);
  useTarget(seen, setPlace);

  const channels = seen?.channels ?? [];
  const channel = channels.find((item) => item.id === place) ?? (place === "home" ? undefined : channels[0]);
  const newest = channel?.messages.at(-1)?.ts ?? "";
  useEffect(() => {
    if (channel) setRead((before) => ({ ...before, [`${user} ${channel.id}`]: newest }));
  }, [channel?.id, newest, user]);
  const unread = (item) => item.messages.filter((message) => message.ts > (read[`${user} ${item.id}`] ?? "")).length;

  const open = (next) => {
    setPlace(next);
    setThread("");
    history.replaceState(null, "", `#${next}`);
    if (next === "home") post("/workspace/home", { user: seen.me });
  };
  const context = useMemo(
    () => ({ seen, theme, now: () => new Date(Date.now() + (seen?.clock.offset_seconds ?? 0) * 1000) }),
    [seen, theme],
  );
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  if (!seen) return <p className="empty">{error || "Opening the workspace…"}</p>;
  return (
    <Seen.Provider value={context}>
      <div className={`frame ${thread && channel ? "with-thread" : ""} ${cloud ? "with-cloud" : ""}`}>
        <header className="top">
          <ActAs choose={setUser} />
          {error ? <span className="failed">{error}</span> : null}
          {seen.clock.offset_seconds ? <span className="offset">clock: {new Date(seen.clock.now).toLocaleString()}</span> : null}
          <button onClick={() => setTheme(theme === "dark" ? "light" : "dark")}>{theme === "dark" ? "Light" : "Dark"}</button>
          <button onClick={() => setCloud(!cloud)}>{cloud ? "Hide the cloud" : "Show the cloud"}</button>
        </header>
        <Sidebar place={place === "home" ? "home" : channel?.id} open={open} unread={unread} />
        <main>
          {place === "home" ? <AppHead seen={seen} tab="home" open={open} /> : <Head channel={channel} seen={seen} open={open} />}
          {place === "home" ? (
            <Home view={seen.home} />
          ) : (
            <Conversation key={channel.id} channel={channel} openThread={setThread} />
          )}
        </main>
        {thread && channel ? <Thread channel={channel} ts={thread} close={() => setThread("")} /> : null}
        {cloud ? <Beside close={() => setCloud(false)} /> : null}
        {seen.view ? <Modal key={seen.view.id} view={seen.view} /> : null}
      </div>
    </Seen.Provider>
  );
}

function useTarget(seen, setPlace) {
  const ready = Boolean(seen);
  useEffect(() => {
    const go = () => {
      const { place, ts } = fromHash();
      if (place) setPlace(place);
      if (ts) setTimeout(() => document.getElementById(`m${ts}`)?.scrollIntoView({ block: "center" }), 100);
    };
    if (ready) go();
    window.addEventListener("hashchange", go);
    return () => window.removeEventListener("hashchange", go);
  }, [ready]);
}

function Head({ channel, seen, open }) {
  if (channel.im) return <AppHead seen={seen} tab="messages" open={open} />;
  return (
    <header className="bar-head">
      <b>
        <Sign channel={channel} /> {channel.name}
      </b>
      <span className="muted">{channel.topic}</span>
      {channel.ext_shared ? <span className="badge">shared with another company</span> : null}
      <span className="muted right">{channel.members} members</span>
    </header>
  );
}

function AppHead({ seen, tab, open }) {
  const direct = seen.channels.find((channel) => channel.im);
  return (
    <header className="bar-head">
      <b>
        <Shield /> {seen.app.name}
      </b>
      <button className={`tab ${tab === "home" ? "active" : ""}`} onClick={() => open("home")}>
        Home
      </button>
      <button className={`tab ${tab === "messages" ? "active" : ""}`} onClick={() => open(direct.id)}>
        Messages
      </button>
    </header>
  );
}

createRoot(document.getElementById("root")).render(<App />);
