/** Reads a JSON object a line while they come; empty lines only say that the server is alive. */
export async function readLines<T>(body: ReadableStream<Uint8Array>, tell: (line: T) => void): Promise<void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const lines = rest.split('\n');
    rest = done ? '' : lines.pop()!;
    lines.filter((line) => line.trim() !== '').forEach((line) => tell(JSON.parse(line) as T));
    if (done) {
      return;
    }
  }
}
