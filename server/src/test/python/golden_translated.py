#!/usr/bin/env python3
"""Records what transformers' MarianTokenizer and M2M100Tokenizer make of texts, of small SentencePiece files trained here.

    golden_translated.py OUT.json.gz [CASES] [SEED]

OUT has texts; blobs, files by checksum, in base64; and cases: their files, and for each text its ids as a source and as a target.
The first two are as the published checkpoints are: two Unigram files, and one of byte pairs, both with nmt_nfkc. In others the
table of characters, the rules of spaces, the vocabulary's gaps and the special tokens are drawn. Every vocab.json lacks some pieces,
and names some characters that the SentencePiece file doesn't know.

Needs transformers and sentencepiece; reads nothing from the network.
"""
import base64, gzip, hashlib, io, json, random, sys, tempfile
from pathlib import Path

import sentencepiece
import transformers

from conformance import texts

LANGUAGES = ['>>fra<<', '>>deu<<', '>>cmn_Hans<<']
MORE = ['>>fra<< The quick brown fox.', '>>fra<<The quick brown fox.', ' >>fra<< not first', '>>xyz<< not a language', '>>fra<<', '>>fra<< >>deu<< two', 'in >>fra<< a text',
        '>>open', 'Leaves </s> fall <unk> in <pad> autumn', '</s>>>deu<< after', '<unk>', '__fr__ The fox', '__fr__The fox __de__ jumps', '__xx__ The fox', '__fr__', 'á ☃☃ ☃ é☃',
        '☃☃☃', '\u2603', 'ﬀ ﬃ ㍿ ㎏ ½', '가나다 \u1100\u1161\u11a8', '\u0e33 \u0e40\u0e01\u0e33', 'क\u093c ड\u093c', 'Å A\u030a \u212b', '\u0344 \u0387 \u037e', 'a\u2028b\u2029c', '\ufdfa']


def trained(corpus, kind, size, **more):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(corpus), model_writer=model, model_type=kind, vocab_size=size, hard_vocab_limit=kind == 'bpe',
                                             character_coverage=.98, minloglevel=2, num_threads=1, **more)
    return model.getvalue()


def table(draw, files, special, extra):
    """Ids of most pieces of some files, and of characters that only the texts have."""
    pieces = []
    for content in files:
        model = sentencepiece.SentencePieceProcessor(model_proto=content)
        pieces += [model.id_to_piece(i) for i in range(model.vocab_size()) if not model.is_control(i) and not model.is_unknown(i)]
    pieces = sorted(set(pieces))
    draw.shuffle(pieces)
    pieces = [p for p in pieces if p not in special][len(pieces) // 12:]
    pieces += [c for c in extra if c not in pieces]
    return {p: i for i, p in enumerate(special[:-1] + pieces + special[-1:])}


def case(draw, number, all_texts, folder):
    marian = number % 2 == 0
    published = number < 2
    corpus = [t.replace('\n', ' ') for t in all_texts]
    english = [t for t in corpus if t.isascii()]
    more = {}
    if not published:
        more = dict(normalization_rule_name=draw.choice(['nmt_nfkc', 'nfkc', 'nmt_nfkc_cf', 'identity', 'identity']), remove_extra_whitespaces=draw.random() < .7,
                    add_dummy_prefix=draw.random() < .8, split_by_whitespace=draw.random() < .8)
        if draw.random() < .3: more['user_defined_symbols'] = ['<sep>', 'fox', 'the']
    kind = draw.choice(['unigram', 'bpe']) if not published else 'unigram' if marian else 'bpe'
    note, settings = [kind, *(f'{k} {v}' for k, v in more.items())], {}
    unknown_to_spm = ['☃', '漢', 'ߒߞߏ', '🙂', 'ⴰ']
    if marian:
        source = trained(english, kind, 150 if published else draw.choice([150, 260]), **more)
        latin = [t for t in corpus if max(map(ord, t)) < 0x180]
        target = trained(latin if published else corpus, kind, 200 if published else draw.choice([700, 900]), **more)
        (folder / 'source.spm').write_bytes(source)
        (folder / 'target.spm').write_bytes(target)
        special = ['</s>', '<unk>', *LANGUAGES, '<pad>']
        vocab = table(draw, [source, target], special, unknown_to_spm)
        settings = dict(source_lang='en', target_lang='mul')
    else:
        both = trained(corpus, kind, draw.choice([700, 900]), **more)
        (folder / 'sentencepiece.bpe.model').write_bytes(both)
        vocab = table(draw, [both], ['<s>', '<pad>', '</s>', '<unk>', '<last>'], unknown_to_spm)
        settings = dict(src_lang='en', tgt_lang=draw.choice(['fr', 'de', 'zu']))
        if draw.random() < .3:
            settings['language_codes'] = 'wmt21'
            settings['tgt_lang'] = 'de'
        codes = transformers.models.m2m_100.tokenization_m2m_100.FAIRSEQ_LANGUAGE_CODES[settings.get('language_codes', 'm2m100')]
        if draw.random() < .5:
            settings['additional_special_tokens'] = [f'__{c}__' for c in codes]
        else:
            (folder / 'special_tokens_map.json').write_text(json.dumps(dict(additional_special_tokens=[f'__{c}__' for c in codes])))
    if marian and not published and draw.random() < .3: settings['extra_special_tokens'] = ['<ent>']
    (folder / 'vocab.json').write_text(json.dumps(vocab, ensure_ascii=draw.random() < .5), encoding='utf-8')
    settings['tokenizer_class'] = 'MarianTokenizer' if marian else 'M2M100Tokenizer'
    (folder / 'tokenizer_config.json').write_text(json.dumps(settings))
    (folder / 'config.json').write_text(json.dumps(dict(model_type='marian' if marian else 'm2m_100')))
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    assert type(tokenizer).__name__ == settings['tokenizer_class']
    sources = [tokenizer(t)['input_ids'] for t in all_texts]
    targets = [tokenizer(text_target=t)['input_ids'] for t in all_texts]
    files = {f.name: f.read_bytes() for f in folder.iterdir()}
    return dict(name=f'{number} {settings["tokenizer_class"]}: {", ".join(note)}', files=files, sources=sources, targets=targets)


def main():
    out, count, seed = Path(sys.argv[1]), int((sys.argv[2:] or ['8'])[0]), int((sys.argv[3:] or ['23'])[0])
    all_texts = texts(random.Random(seed)) + MORE
    blobs, cases = {}, []
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            made = case(random.Random(f'{seed} {number}'), number, all_texts, Path(folder))
        for name, content in list(made['files'].items()):
            made['files'][name] = hashlib.sha256(content).hexdigest()[:12]
            blobs[made['files'][name]] = base64.b64encode(content).decode()
        cases.append(made)
        print(made['name'], len(json.dumps(made)))
    recorded = dict(transformers=transformers.__version__, texts=all_texts, blobs=blobs, cases=cases)
    out.write_bytes(gzip.compress(json.dumps(recorded, ensure_ascii=False, separators=(',', ':')).encode(), 9, mtime=0))
    print(f'{out.stat().st_size:,} bytes')


if __name__ == '__main__':
    main()
