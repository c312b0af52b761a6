/** The pages of docs/demo, and the page that lists them. */

/** A file of docs/demo, and the command that writes it. */
export interface DemoFile {
  readonly name: string;
  /** The arguments of `headlight`, without the name of the file, whose option comes last. */
  readonly command: readonly string[];
  /** A checkpoint that must be in the hub's cache; the embedded model if there is none. */
  readonly model?: string;
}

/** A card of the list: a view of a file. */
export interface Card {
  readonly file: string;
  readonly title: string;
  /** What is seen. */
  readonly says: string;
  /** The page's choices, as in its address; its own if there are none. */
  readonly shown?: string;
  /** What is drawn, once it is drawn. */
  readonly drawn: string;
}

const MISTAKE = 'A person who never made a ______ never tried anything new.';
const MOVIE = 'The movie was surprisingly good because the acting felt real.';
const CODE = 'int total = 0;\nfor (int price : prices) {\n    total = total + price;\n}';

export const FILES: readonly DemoFile[] = [
  { name: 'mistake', command: ['attention', MISTAKE, '--out'] },
  { name: 'movie', command: ['attention', MOVIE, '--out'] },
  {
    name: 'keys',
    command: [
      ...['why', 'The keys to the old cabinet ____ lost.', '--word', 'were', '--rather', 'was'],
      '--html',
    ],
  },
  {
    name: 'negation',
    command: ['why', 'Nobody has ____ seen it.', '--word', 'ever', '--rather', 'never', '--html'],
  },
  {
    name: 'pronoun',
    command: [
      ...['why', 'Anna was late because ____ missed the bus.', '--word', 'she', '--rather', 'he'],
      '--html',
    ],
  },
  { name: 'pair', command: ['attention', 'The cat sat down.', '--pair', 'It purred.', '--out'] },
  { name: 'code', command: ['attention', CODE, '--out'] },
  { name: 'corpus', command: ['corpus', 'docs/views.md', '--out', 'views-heads', '--html'] },
  {
    name: 'decoder',
    command: ['attention', 'The keys to the old cabinet were lost, so she looked for them.', '--out'],
    model: 'openai-community/gpt2',
  },
  {
    name: 'encoder-decoder',
    command: [
      'attention',
      'translate English to German: The house is small.',
      ...['--pair', 'Das Haus ist klein.', '--out'],
    ],
    model: 'google-t5/t5-small',
  },
];

export const CARDS: readonly Card[] = [
  {
    file: 'mistake',
    title: 'One layer, all of its heads',
    says: 'A line for each pair of tokens, a colour for each head. Hover over a token for its exact weights.',
    shown: 'view=head&layer=4&token=from-5',
    drawn: 'layer-4',
  },
  {
    file: 'movie',
    title: 'All 144 heads at once',
    says: 'A thumbnail for each head, with the pattern that it shows. Sort them, filter them, open one.',
    shown: 'view=model&layer=4&head=8&detail=on',
    drawn: 'model',
  },
  {
    file: 'movie',
    title: 'How one weight comes about',
    says: 'Query, key, their product neuron by neuron, the sum, softmax.',
    shown: 'view=neuron&layer=1&head=3&token=from-4',
    drawn: 'layer-1-head-3-token-4',
  },
  {
    file: 'movie',
    title: 'One head as a matrix',
    says: 'Every weight of a head, with its number.',
    shown: 'view=heatmap&layer=4&head=9&token=from-4-5',
    drawn: 'layer-4-head-9',
  },
  {
    file: 'keys',
    title: 'Why “were” rather than “was”?',
    says: 'Because of “keys”, not “cabinet”: one head finds the subject.',
    drawn: 'why',
  },
  {
    file: 'negation',
    title: 'A negation',
    says: 'Why “ever” rather than “never”? Because of “Nobody”: head 7.3 looks at it, as it does at “not”.',
    drawn: 'why',
  },
  {
    file: 'pronoun',
    title: 'A pronoun',
    says: 'Why “she” rather than “he”? Because of “Anna”: head 11.9 looks at her name.',
    drawn: 'why',
  },
  {
    file: 'pair',
    title: 'Two sentences',
    says: 'What one text looks at in another: head 8.11 leads from “It” back to “cat”.',
    shown: 'view=head&layer=8&head=11&heads=11&token=from-7',
    drawn: 'layer-8',
  },
  {
    file: 'code',
    title: 'Code',
    says: 'The same model on Java: head 5.10 leads from each name to where else it stands.',
    shown: 'view=head&layer=5&head=10&heads=10&arcs=on&special=off',
    drawn: 'layer-5',
  },
  {
    file: 'corpus',
    title: 'What heads do over many texts',
    says: 'Each head’s mean attention by distance, its patterns with standard errors, and the texts that show them most.',
    shown: 'view=corpus&profile=5.10',
    drawn: 'corpus',
  },
  {
    file: 'decoder',
    title: 'A decoder: GPT-2',
    says: 'Each token looks only at those before it.',
    shown: 'view=model',
    drawn: 'model',
  },
  {
    file: 'encoder-decoder',
    title: 'An encoder-decoder: T5',
    says: 'What each word of a translation looks at in the original.',
    shown: 'view=head&attention=cross&layer=4',
    drawn: 'layer-4',
  },
];

/** The command as somebody would type it. */
export const typed = ({ name, command, model }: DemoFile): string =>
  ['headlight', ...command, `${name}.html`, ...(model === undefined ? [] : ['--model', model])]
    .map((word) => (/^[\w./=-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`))
    .join(' ');

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Where a card leads to. */
export const addressOf = ({ file, shown }: Pick<Card, 'file' | 'shown'>) =>
  `${file}.html${shown === undefined ? '' : `#${shown}`}`;

/** The page that lists the cards of files that were made. */
export function indexOf(
  files: readonly DemoFile[],
  cards: readonly (Card & { readonly image: string })[],
): string {
  const card = (of: Card & { readonly image: string }) => `
      <li>
        <a href="${escaped(addressOf(of))}">
          <picture>
            <source media="(prefers-color-scheme: dark)" srcset="images/${of.image}-dark.webp">
            <img src="images/${of.image}-light.webp" width="1080" height="720" alt="" loading="lazy">
          </picture>
          <h2>${escaped(of.title)}</h2>
        </a>
        <p>${escaped(of.says)}</p>
      </li>`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Headlight: see what a language model attends to</title>
    <link rel="icon" href="data:,">
    <style>
      :root {
        --paper: #fbfaf8;
        --card: #fff;
        --ink: #22211f;
        --muted: #66635e;
        --edge: #e3e0da;
        --accent: #9a4a00;
        font: 16px/1.5 system-ui, sans-serif;
      }
      @media (prefers-color-scheme: dark) {
        :root {
          --paper: #16171a;
          --card: #1e1f23;
          --ink: #e8e6e3;
          --muted: #a19e99;
          --edge: #33353b;
          --accent: #ffb366;
        }
      }
      body {
        max-width: 76rem;
        margin: 0 auto;
        padding: 3rem 1.25rem 4rem;
        background: var(--paper);
        color: var(--ink);
      }
      h1 {
        margin: 0;
        font-size: clamp(1.9rem, 5vw, 2.9rem);
        line-height: 1.1;
        letter-spacing: -0.02em;
        text-wrap: balance;
      }
      header p {
        max-width: 44rem;
        margin: 0.9rem 0 0;
        color: var(--muted);
        font-size: 1.08rem;
      }
      header .name {
        margin: 0 0 0.4rem;
        color: var(--accent);
        font-weight: 600;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr));
        gap: 1.5rem;
        margin: 2.5rem 0;
        padding: 0;
        list-style: none;
      }
      li {
        overflow: hidden;
        border: 1px solid var(--edge);
        border-radius: 10px;
        background: var(--card);
        transition: border-color 0.15s;
      }
      li:hover,
      li:focus-within {
        border-color: var(--accent);
      }
      li a {
        color: inherit;
        text-decoration: none;
      }
      li img {
        display: block;
        width: 100%;
        height: auto;
        border-bottom: 1px solid var(--edge);
      }
      h2 {
        margin: 0.9rem 1.1rem 0;
        font-size: 1.06rem;
        line-height: 1.3;
      }
      li:hover h2 {
        color: var(--accent);
      }
      li p {
        margin: 0.3rem 1.1rem 1.1rem;
        color: var(--muted);
        font-size: 0.94rem;
      }
      footer {
        max-width: 52rem;
        color: var(--muted);
        font-size: 0.94rem;
      }
      footer h2 {
        margin: 0 0 0.4rem;
        color: var(--ink);
      }
      pre {
        overflow-x: auto;
        padding: 0.9rem 1.1rem;
        border: 1px solid var(--edge);
        border-radius: 8px;
        background: var(--card);
        color: var(--ink);
        font-size: 0.84rem;
      }
    </style>
  </head>
  <body>
    <header>
      <p class="name">Headlight</p>
      <h1>See what a language model attends to</h1>
      <p>
        Pages that Headlight saved. Each is one file that works offline, with all of its numbers in it: hover, click, use the arrow
        keys, switch views.
      </p>
    </header>
    <main>
      <ul>${cards.map(card).join('')}
      </ul>
    </main>
    <footer>
      <h2>On your own text</h2>
      <p>
        Each page is the answer to one command. Where none names a model, it is the one that Headlight comes with, an English BERT of
        33 million parameters. Headlight reads many others on your machine.
      </p>
      <pre tabindex="0">${files.map((file) => escaped(typed(file))).join('\n')}</pre>
    </footer>
  </body>
</html>
`;
}
