// Everything that the page asks of the workspace. The token is a cookie; the browser adds it.

async function answer(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error || `${response.status}`);
  return body;
}

export const get = (path) => fetch(path).then(answer);

export const post = (path, body) =>
  fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ wait: "ack", ...body }),
  }).then(answer);

// Calls `changed` whenever the workspace's version rises; falls back to asking every two seconds.
export function listen(changed) {
  const stream = new EventSource("/workspace/stream");
  let poll = null;
  stream.onmessage = () => {
    clearInterval(poll);
    poll = null;
    changed();
  };
  stream.onerror = () => {
    poll ??= setInterval(changed, 2000);
  };
  return () => {
    stream.close();
    clearInterval(poll);
  };
}
