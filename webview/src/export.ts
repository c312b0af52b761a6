import { showCorpus } from './fileCorpus.ts';
import { showInspection } from './fileInspection.ts';
import type { CorpusFile } from './corpus.ts';
import type { Inspection } from './inspection.ts';
import { bytesOf, inflated } from './pageText.ts';
import { SafeTensors } from './safetensors.ts';
import './style.css';

/** An exported page, which holds an inspection and its arrays, or a corpus. */
const app = document.getElementById('app')!;
const held = (id: string) => document.getElementById(id)?.textContent ?? undefined;

async function unpacked(text: string): Promise<ArrayBuffer> {
  try {
    return await inflated(bytesOf(text));
  } catch (cause) {
    app.textContent =
      'This page can’t be shown: it is damaged, or needs a newer browser (Chrome 103, Firefox 113, Safari 16.4).';
    throw cause;
  }
}

const corpus = held('corpus');
if (corpus === undefined) {
  const arrays = await unpacked(held('arrays')!);
  showInspection(app, JSON.parse(held('inspection')!) as Inspection, new SafeTensors(arrays));
} else {
  showCorpus(app, JSON.parse(new TextDecoder().decode(await unpacked(corpus))) as CorpusFile);
}
