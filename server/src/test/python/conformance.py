"""Draws checkpoints of every family at random, in the layouts in which they are published, and records what Hugging Face
transformers makes of them: ids, token types, spans, logits, attention.

    python3 conformance.py OUT.json.gz [CASES] [SEED] [FAMILIES]

needs torch, transformers 5, tokenizers, safetensors, sentencepiece and protobuf. Run it by hand, or by a job now and then with
another seed; ConformanceTest reads what it writes, by default what is committed in src/test/resources/conformance: cases.json.gz of
FAMILIES, newer.json.gz of NEWER, encoders.json.gz of ENCODERS, pairs.json.gz of PAIRS (named so on the command line, as some
families may be), starcoder2.json.gz of the family of that name. Weights are not recorded: both sides make them from a seed, of
numbers that every float type holds exactly.
"""

import base64
import collections
import gzip
import hashlib
import io
import json
import random
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import sentencepiece
import torch
import transformers
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

warnings.filterwarnings('ignore')
transformers.logging.set_verbosity(50)
transformers.logging.disable_progress_bar()
torch.set_num_threads(1)

SENTENCES = """The quick brown fox jumps over the lazy dog.|A person who never made a mistake never tried anything new.
It's 3.14159, isn't it? Don't -- ever -- say "never"!|def f(x):\n    return x ** 2  # squared\n|Leaves  fall   in autumn
L'été, à Noël, Œuvre naïve façade.|Schöne Grüße aus Köln: Straße, Äpfel, Übermut.|El niño comió piñas ¿y qué? ¡Olé!
Zażółć gęślą jaźń, proszę państwa.|Příliš žluťoučký kůň úpěl ďábelské ódy.|Árvíztűrő tükörfúrógép.|Şişli'de ığdır İstanbul.
Ξεσκεπάζω την ψυχοφθόρα βδελυγμία.|Съешь ещё этих мягких французских булок.|Щастя їжак ґанок.|Жълтата дюля беше щастлива.
אני אוהב שוקולד, שָׁלוֹם עולם.|صباح الخير يا عالم، كيف الحال؟|گربه روی فرش نشست.|یہ ایک ٹیسٹ ہے۔|ܫܠܡܐ ܥܠܡܐ
नमस्ते दुनिया, यह एक परीक्षा है।|বাংলা ভাষা খুব সুন্দর।|தமிழ் மொழி இனிமையானது.|తెలుగు భాష|ಕನ್ನಡ ಭಾಷೆ|മലയാളം ഭാഷ
ਪੰਜਾਬੀ ਬੋਲੀ|ગુજરાતી ભાષા|ଓଡ଼ିଆ ଭାଷା|සිංහල භාෂාව|ภาษาไทยไม่มีช่องว่าง|ພາສາລາວ|မြန်မာစာ|ភាសាខ្មែរ|བོད་ཡིག|ქართული ენა|Հայերեն լեզու
我爱北京天安门。|今日はとても良い天気ですね。|東京タワーは高い。カタカナとひらがな。|한국어는 재미있습니다.|繁體中文：測試！|吾輩は猫である
ⴰⵣⵓⵍ ⴰⵎⴰⴹⴰⵍ|ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ|አማርኛ ቋንቋ|ߒߞߏ|𐌰𐍄𐍄𐌰 𐌿𐌽𐍃𐌰𐍂|𝒜𝓃𝒹 𝕞𝕒𝕥𝕙 𝟙𝟚𝟛|ﬁne ﬂow ½ ² ™ ℌ Ⅷ ①|Ｆｕｌｌ ｗｉｄｔｈ　ｓｐａｃｅ
🙂👍🏽 👨‍👩‍👧‍👦 🇩🇪🇫🇷 🏳️‍🌈|I ❤️ NY ☕️… ☃|e\u0301 a\u0308 o\u0302\u0323 n\u0303|Z\u0351\u036b\u0343a\u0369\u0300l\u0334g\u0321o
a\tb\nc\r\nd\u000be\u000cf|\u200b zero \u200d width \ufeff bom \u00ad soft|left\u202eright\u202c to \u2066left\u2069|x\u0001y\u001fz\u007f\u0085w\u00a0v\u2028u\u2029t\u3000s
""".replace('\\n', '\n').replace('\\t', '\t').replace('\\r', '\r')
LONG = ['a' * 130, 'ab' * 90, 'é' * 101, '漢' * 40, 'supercalifragilisticexpialidocious' * 4, '-' * 70, '!?' * 30, ' ' * 20, '1' * 60, 'x' + '\u0301' * 30]
ODD = ["``quoted'' text", "''''", '<s> typed </s>', '[CLS] typed [SEP] [MASK]', 'a<mask>b <pad>', '<|endoftext|>end', '[NEW] one [new]', 'two<ent>three',
       'UPPER lower MiXeD', '  leading', 'trailing  ', '\n\nbreaks\n', '\t', ' ', '.', '▁under ▁ score', '##pieces ##x', 'Ġbyte Ċ', '</w> end', '1,000,000 12,5', 'http://a.b/c?d=e&f#g',
       'snake_case camelCase kebab-case', '€100 £5 ¥7', '“curly” ‘quotes’ – — …', 'C++ & C# @user #tag', 'don’t can’t I’ll', "we're they've he'd I'm", 'ÅÄÖ ñ ß ẞ', 'ǆ ǅ Ǆ', 'İıIi']


def texts(draw):
    flat = [t for line in SENTENCES.split('\n') for t in line.split('|') if t]
    all_ = list(dict.fromkeys(flat + LONG + ODD))
    while len(all_) < 200:
        parts = [draw.choice(flat + ODD) for _ in range(draw.randint(1, 3))]
        cut = [p[draw.randrange(len(p)):][:draw.randint(1, 24)] for p in parts]
        joined = draw.choice(['', ' ', '  ', '\n']).join(cut)
        if joined and joined not in all_:
            all_.append(joined)
    return all_[:200]


# ---- weights -------------------------------------------------------------------------------------------------------

def noise(name, seed, count):
    """Whole numbers in -64…63, by splitmix64 over the seed and the first eight bytes of the name's SHA-256."""
    start = np.uint64(int.from_bytes(hashlib.sha256(f'{seed} {name}'.encode()).digest()[:8], 'little'))
    with np.errstate(over='ignore'):
        z = start + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(57)).astype(np.int64) - 64


def values(name, seed, shape, norm):
    n = noise(name, seed, int(np.prod(shape, dtype=np.int64)))
    v = 1 + (n // 2) / 128 if norm else n / 128
    return torch.tensor(v.reshape(shape), dtype=torch.float32)


TYPES = {'F32': torch.float32, 'F16': torch.float16, 'BF16': torch.bfloat16, 'F64': torch.float64}


# ---- models --------------------------------------------------------------------------------------------------------

FAMILIES = 'bert distilbert electra albert roberta xlm-roberta camembert modernbert gpt2 qwen2 llama mistral bart'.split()
NEWER = ('bloom esm eurobert falcon gemma gemma2 gemma3_text gpt_neo gpt_neox granite llama mistral mpnet olmo2 opt phi phi3 qwen2 qwen3 smollm3 '
         'stablelm starcoder2').split()
PAIRS = 't5 mt5 marian mbart m2m_100 pegasus'.split()
ENCODER_DECODERS = {'bart', *PAIRS}
ENCODERS = 'deberta deberta-v2 nomic_bert xlm-roberta-xl'.split()
MASKED = {'esm', 'eurobert', 'mpnet', *ENCODERS}
CAUSAL = {'gpt2', 'qwen2', 'llama', 'mistral', *NEWER} - MASKED


def scaling(draw, head, positions):
    """Rotary positions, scaled in some way."""
    kind = draw.choice(['default', 'linear', 'dynamic', 'yarn', 'llama3', 'longrope'])
    more = dict(linear=lambda: dict(factor=2.0), dynamic=lambda: dict(factor=4.0), default=dict,
                yarn=lambda: dict(factor=draw.choice([4.0, 0.5]), original_max_position_embeddings=16) | draw.choice([{}, dict(attention_factor=0.8), dict(mscale=0.7, mscale_all_dim=1.2), dict(beta_fast=8, beta_slow=2), dict(truncate=False)]),
                llama3=lambda: dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=draw.choice([16, 32])),
                longrope=lambda: dict(factor=draw.choice([2.0, 8.0]), original_max_position_embeddings=draw.choice([4, 64]),
                                      short_factor=[1 + i / 4 for i in range(head // 2)], long_factor=[2 + i / 2 for i in range(head // 2)]))[kind]()
    return dict(rope_type=kind, rope_theta=draw.choice([1e2, 1e4])) | more


def pair(draw, family, vocabulary, special, act):
    """Settings of the families of PAIRS."""
    heads, flag = draw.choice([1, 2, 4]), lambda p=.5: draw.random() < p
    if family in ('t5', 'mt5'):
        c = dict(d_model=draw.choice([8, 12, 16]), d_kv=draw.choice([2, 4, 6]), d_ff=draw.choice([8, 12, 20]), num_heads=heads, num_layers=draw.randint(1, 3),
                 num_decoder_layers=draw.choice([None, 1, 2]), relative_attention_num_buckets=draw.choice([8, 16, 32]), relative_attention_max_distance=draw.choice([17, 20, 128]),
                 layer_norm_epsilon=draw.choice([1e-6, 1e-5]), decoder_start_token_id=0, pad_token_id=0, eos_token_id=1)
        return c | draw.choice([{}, dict(feed_forward_proj='gated-gelu'), dict(feed_forward_proj='gated-silu'), dict(feed_forward_proj=act)])

    hidden, positions = heads * draw.choice([4, 6]), draw.choice([48, 64])
    ends = {f'{n}_token_id': special[n] or 0 for n in ('pad', 'eos')}
    return ends | dict(d_model=hidden, encoder_layers=draw.randint(1, 3), decoder_layers=draw.randint(1, 3), encoder_attention_heads=heads, decoder_attention_heads=heads,
                       encoder_ffn_dim=draw.choice([8, 12, 20]), decoder_ffn_dim=draw.choice([8, 12]), activation_function=act, max_position_embeddings=positions,
                       scale_embedding=flag(), decoder_start_token_id=special['eos'] or 0)


def disentangled(draw):
    """Settings that DeBERTa and DeBERTa v2 share."""
    legacy = draw.choice([{}, dict(legacy=False, tie_word_embeddings=False), dict(embedding_size=4)])  # transformers can't load the other head where words are tied
    return legacy | dict(relative_attention=draw.random() < .9, pos_att_type=draw.choice(['c2p|p2c', ['p2c', 'c2p'], ['c2p'], 'p2c', None]), max_relative_positions=draw.choice([-1, 5, 16]),
                position_biased_input=draw.random() < .3, type_vocab_size=draw.choice([0, 0, 2]), layer_norm_eps=1e-7)


def newer(draw, family, vocabulary, pad, act):
    """Settings of the families of NEWER."""
    heads = draw.choice([2, 3, 4])
    size = 8
    hidden = heads * size
    layers = draw.randint(1, 3)
    flag = lambda p=.5: draw.random() < p
    inner, positions, groups = draw.choice([8, 12, 20]), draw.choice([12, 48, 64]), draw.choice([1, heads])
    c = dict(vocab_size=vocabulary, hidden_size=hidden, max_position_embeddings=max(48, positions))
    c |= {'bloom': dict(n_layer=layers, n_head=heads), 'gpt_neo': dict(num_layers=layers, num_heads=heads)}.get(family, dict(num_hidden_layers=layers, num_attention_heads=heads))
    if family not in ('bloom', 'opt', 'falcon'):
        c['intermediate_size'] = inner
    if family not in MASKED:
        c |= dict(bos_token_id=None, eos_token_id=None, pad_token_id=None if family not in ('opt', 'phi3') else 0)
    gated = family in 'eurobert gemma gemma2 gemma3_text granite llama mistral olmo2 phi3 qwen2 qwen3 smollm3 stablelm'.split()
    if gated:
        c |= dict(num_key_value_heads=groups, rms_norm_eps=draw.choice([1e-6, 1e-5]))
        c['hidden_activation' if family in ('gemma2', 'gemma3_text') else 'hidden_act'] = act
    window = dict(sliding_window=draw.choice([4, 6]))
    kinds = dict(layer_types=[draw.choice(['full_attention', 'sliding_attention']) for _ in range(layers)])
    if family in ('eurobert', 'granite', 'llama', 'qwen3', 'smollm3', 'olmo2'):
        c['attention_bias'] = flag(.3)
    if family in ('eurobert', 'granite', 'llama', 'smollm3'):
        c['mlp_bias'] = flag(.3)
    c |= {
        'bloom': lambda: dict(layer_norm_epsilon=draw.choice([1e-5, 1e-6])),
        'deberta': lambda: disentangled(draw) | dict(hidden_act=act, pad_token_id=pad),
        'deberta-v2': lambda: disentangled(draw) | dict(hidden_act=act, pad_token_id=pad, share_att_key=flag(), norm_rel_ebd=draw.choice(['none', 'layer_norm']), position_buckets=draw.choice([-1, 4, 8])),
        'esm': lambda: dict(hidden_act='gelu', position_embedding_type=draw.choice(['rotary', 'absolute']), token_dropout=flag(), emb_layer_norm_before=flag(), pad_token_id=pad, mask_token_id=4, layer_norm_eps=1e-5),
        'eurobert': lambda: dict(pad_token_id=pad, bos_token_id=0, eos_token_id=2),
        'falcon': lambda: dict(new_decoder_architecture=flag(), num_kv_heads=groups, multi_query=flag(), parallel_attn=True if flag(.7) else False, bias=flag(), ffn_hidden_size=inner, activation=act),
        'gemma': lambda: dict(head_dim=draw.choice([4, 8])),
        'gemma2': lambda: dict(head_dim=draw.choice([4, 8]), query_pre_attn_scalar=draw.choice([4, 30]), attn_logit_softcapping=draw.choice([None, 2.0]), final_logit_softcapping=draw.choice([None, 3.0])) | window | (kinds if flag() else {}),
        'gemma3_text': lambda: dict(head_dim=draw.choice([4, 8]), query_pre_attn_scalar=draw.choice([4, 30]), final_logit_softcapping=draw.choice([None, 3.0]), use_bidirectional_attention=flag(.2)) | window | (kinds if flag() else dict(sliding_window_pattern=2)),
        'gpt_neo': lambda: dict(attention_types=[[['global', 'local'][i % 2:i % 2 + 1], 1] for i in range(layers)], window_size=draw.choice([3, 6]), activation_function=act),
        'gpt_neox': lambda: dict(rotary_pct=draw.choice([0.25, 0.5, 1.0]), hidden_act=act, use_parallel_residual=flag(.7), attention_bias=flag(.8), tie_word_embeddings=flag(.2)),
        'granite': lambda: dict(embedding_multiplier=draw.choice([1.0, 3.0]), logits_scaling=draw.choice([1.0, 4.0]), residual_multiplier=draw.choice([1.0, 0.25]), attention_multiplier=draw.choice([1.0, 0.1])),
        'mistral': lambda: dict(sliding_window=draw.choice([None, 4, 6])),
        'mpnet': lambda: dict(hidden_act=act, pad_token_id=1, layer_norm_eps=1e-5),
        'nomic_bert': lambda: dict(pad_token_id=pad, hidden_act=draw.choice(['silu', 'gelu'])),
        'opt': lambda: dict(ffn_dim=inner, word_embed_proj_dim=draw.choice([hidden, 4]), activation_function=act, do_layer_norm_before=flag(.7), enable_bias=flag(.8), layer_norm_elementwise_affine=flag(.8), _remove_final_layer_norm=flag(.2)),
        'phi': lambda: dict(hidden_act=act, partial_rotary_factor=draw.choice([0.25, 0.5, 1.0]), qk_layernorm=flag(.3), num_key_value_heads=groups),
        'phi3': lambda: dict(original_max_position_embeddings=draw.choice([4, 64])) | draw.choice([{}, window]),
        'qwen2': lambda: draw.choice([{}, dict(use_sliding_window=True, max_window_layers=1) | window]),
        'qwen3': lambda: dict(head_dim=draw.choice([4, 8])) | draw.choice([{}, dict(use_sliding_window=True) | window | kinds]),
        'smollm3': lambda: dict(no_rope_layer_interval=2),
        'stablelm': lambda: dict(partial_rotary_factor=draw.choice([0.25, 0.5, 1.0]), use_qkv_bias=flag(), qk_layernorm=flag(.3), use_parallel_residual=flag(), layer_norm_eps=1e-5),
        'starcoder2': lambda: dict(num_key_value_heads=groups, use_bias=flag(.7), hidden_act=act, norm_epsilon=draw.choice([1e-5, 1e-6])) | draw.choice([{}, window]),
        'xlm-roberta-xl': lambda: dict(hidden_act=act, pad_token_id=pad, max_position_embeddings=64 + pad + 1, type_vocab_size=draw.choice([1, 2])),
    }.get(family, dict)()
    if family in ('stablelm',):
        del c['rms_norm_eps']
    head = c.get('head_dim', size)
    if family in ('llama', 'mistral', 'qwen2', 'qwen3', 'granite', 'olmo2', 'eurobert', 'smollm3', 'starcoder2', 'gemma', 'gemma2', 'falcon', 'nomic_bert'):
        c['rope_parameters'] = scaling(draw, head, positions)
        if c['rope_parameters']['rope_type'] == 'dynamic':
            c['max_position_embeddings'] = 12
    elif family == 'phi3' and flag(.7):
        c['rope_parameters'] = dict(rope_type='longrope', short_factor=[1 + i / 4 for i in range(size // 2)], long_factor=[2 + i / 2 for i in range(size // 2)]) | draw.choice([{}, dict(factor=4.0)])
    elif family in ('gpt_neox', 'phi', 'stablelm') and flag(.3):
        c['rope_parameters'] = dict(rope_type='linear', factor=2.0, rope_theta=1e3)
    elif family == 'gemma3_text' and flag():
        c['rope_parameters'] = dict(full_attention=dict(rope_type='linear', factor=8.0, rope_theta=1e4), sliding_attention=dict(rope_type='default', rope_theta=1e2))
    return c


def config(draw, family, vocabulary, special):
    heads = draw.choice([1, 2, 4])
    size = draw.choice([2, 4, 6]) * 2
    hidden = heads * size
    layers = draw.randint(1, 3)
    act = draw.choice(['gelu', 'gelu', 'gelu_new', 'relu', 'silu', 'gelu_pytorch_tanh', 'gelu_fast', 'swish'])
    if draw.random() < .04:
        act = draw.choice(['quick_gelu', 'tanh', 'mish'])
    inner = draw.choice([8, 12, 20])
    positions = draw.choice([48, 64, 80])
    pad = special['pad'] if special['pad'] is not None else 0
    c = dict(vocab_size=vocabulary)
    if family in PAIRS:
        c |= pair(draw, family, vocabulary, special, act)
    elif special.get('newer'):
        c = newer(draw, family, vocabulary, pad, act)
    elif family in ('bert', 'electra', 'albert', 'roberta', 'xlm-roberta', 'camembert'):
        c |= dict(hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=inner, hidden_act=act,
                  max_position_embeddings=positions, type_vocab_size=2, layer_norm_eps=draw.choice([1e-12, 1e-5]), pad_token_id=pad)
        if family in ('electra', 'albert'):
            c['embedding_size'] = draw.choice([4, 8, hidden])
        if family == 'albert' and draw.random() < .3:
            c |= dict(num_hidden_groups=layers)
        if family == 'albert' and draw.random() < .05:
            c |= dict(inner_group_num=2)
        if 'roberta' in family or family == 'camembert':
            c['max_position_embeddings'] = positions + pad + 1
            c['type_vocab_size'] = draw.choice([1, 1, 2])
    elif family == 'distilbert':
        c |= dict(dim=hidden, n_layers=layers, n_heads=heads, hidden_dim=inner, activation=act, max_position_embeddings=positions,
                  sinusoidal_pos_embds=draw.random() < .2, pad_token_id=pad)
    elif family == 'modernbert':
        c |= dict(hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=inner, hidden_activation=act,
                  max_position_embeddings=positions, local_attention=draw.choice([4, 8, 128]), global_attn_every_n_layers=draw.choice([1, 2, 3]),
                  norm_bias=draw.random() < .3, attention_bias=draw.random() < .3, mlp_bias=draw.random() < .3, classifier_bias=draw.random() < .3,
                  decoder_bias=draw.random() < .8, classifier_activation=draw.choice(['gelu', 'silu']), pad_token_id=pad, norm_eps=draw.choice([1e-5, 1e-6]),
                  bos_token_id=None, eos_token_id=None, cls_token_id=None, sep_token_id=None)
    elif family == 'gpt2':
        c |= dict(n_embd=hidden, n_layer=layers, n_head=heads, n_positions=positions, n_inner=draw.choice([None, inner]), activation_function=act,
                  layer_norm_epsilon=draw.choice([1e-5, 1e-6]), bos_token_id=None, eos_token_id=None)
        if draw.random() < .05:
            c[draw.choice(['scale_attn_by_inverse_layer_idx', 'add_cross_attention'])] = True
        if draw.random() < .1:
            c['reorder_and_upcast_attn'] = True
    elif family in ('qwen2', 'llama', 'mistral'):
        c |= dict(hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=inner, hidden_act=act,
                  num_key_value_heads=draw.choice([1, heads, max(1, heads // 2)]), max_position_embeddings=positions, rms_norm_eps=draw.choice([1e-6, 1e-5]),
                  bos_token_id=None, eos_token_id=None)
        if draw.random() < .3:
            c['head_dim'] = draw.choice([4, 8])
        if family == 'llama':
            c |= dict(attention_bias=draw.random() < .3, mlp_bias=draw.random() < .3)
        if family == 'qwen2' and 'head_dim' in c:
            del c['head_dim']
        if family == 'mistral' and draw.random() < .2:
            c['sliding_window'] = draw.choice([None, 4096, 8])
        r = draw.random()
        if r < .3:
            c['rope_parameters'] = dict(rope_type='default', rope_theta=draw.choice([1e4, 5e5, 1e6]))
        elif r < .36:
            c['rope_parameters'] = dict(rope_type='linear', factor=2.0, rope_theta=1e4)
        elif r < .42:
            c['rope_parameters'] = dict(rope_type='llama3', factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32, rope_theta=1e4)
    elif family == 'bart':
        c |= dict(d_model=hidden, encoder_layers=layers, decoder_layers=draw.randint(1, 3), encoder_attention_heads=heads, decoder_attention_heads=heads,
                  encoder_ffn_dim=inner, decoder_ffn_dim=draw.choice([8, 12]), activation_function=act, max_position_embeddings=positions,
                  pad_token_id=pad, bos_token_id=special['bos'] or 0, eos_token_id=special['eos'] or 0, decoder_start_token_id=special['eos'] or 0,
                  scale_embedding=draw.random() < .05)
        if draw.random() < .05:
            c['decoder_attention_heads'] = 1
    if draw.random() < .25:
        c['tie_word_embeddings'] = draw.random() < .5
    return transformers.AutoConfig.for_model(family, **c)


def model_class(family):
    auto = transformers.AutoModelForCausalLM if family in CAUSAL else (
        transformers.AutoModelForSeq2SeqLM if family in ENCODER_DECODERS else transformers.AutoModelForMaskedLM)
    return auto


def is_norm(name):
    return name.endswith('weight') and ('norm' in name.lower() or '.ln_' in name or name.endswith('ln_f.weight'))  # Gemma's are less 1, which is near enough


def layout(draw, family, conf, seed):
    """Names, types and shapes of a checkpoint's tensors as they would be published; each [file, name, of, type, shape]."""
    model = model_class(family).from_config(conf)
    tied = model.all_tied_weights_keys
    shapes = {n: list(t.shape) for n, t in model.state_dict().items()}
    note = []
    style = draw.choice(['plain'] * 4 + ['alias', 'both', 'all'])
    groups = {}
    for target, source in tied.items():
        groups.setdefault(source, [source]).append(target)
    own = {}
    for source, names in groups.items():
        keep = {'plain': [source], 'alias': [sorted(names)[0]]}.get(style, names)
        for n in names:
            if n not in keep:
                del shapes[n]
            elif style != 'both':
                own[n] = source  # the same numbers under each name
    if tied and style != 'plain':
        note.append(style)
    body = model.base_model_prefix
    if draw.random() < .15:
        prefixed = [n for n in shapes if n.startswith(body + '.')]
        heads = [n for n in shapes if not n.startswith(body + '.')]
        if draw.random() < .5 and family not in CAUSAL | ENCODER_DECODERS | {'eurobert'}:
            for n in heads:
                del shapes[n]  # the body alone
            note.append('body')
        shapes = {n.removeprefix(body + '.'): s for n, s in shapes.items()}
        own = {n.removeprefix(body + '.'): o for n, o in own.items()}
        note.append('no prefix')
    if family in ('marian', 'pegasus') and draw.random() < .6:
        shapes = {n: s for n, s in shapes.items() if 'embed_positions' not in n}  # as these are published
    biases = [n for n in shapes if n.endswith('bias')]
    if biases and draw.random() < .12:
        for n in draw.sample(biases, min(len(biases), draw.randint(1, 4))):
            del shapes[n]
        note.append('missing biases')
    stored = {n: n for n in shapes}
    if draw.random() < .15 and any('LayerNorm.' in n for n in shapes):
        stored = {n: n.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta') for n in shapes}
        note.append('gamma')
    kind = draw.choice(['F32'] * 5 + ['F16', 'BF16', 'F64', 'mixed'])
    if kind != 'F32':
        note.append(kind)
    if draw.random() < .3:
        h = 4
        for n, s in {'classifier.weight': [2, h], 'cls.seq_relationship.weight': [2, h], 'pooler.dense.weight': [h, h], 'embeddings.position_ids': [1, 8]}.items():
            if draw.random() < .5 and not any(k.startswith(n.split('.')[0] + '.') for k in shapes if n.startswith('classifier')):
                if n not in shapes:
                    shapes[n] = s
                    stored[n] = n
        note.append('more tensors')
    parts = draw.choice([1, 1, 1, 2, 3])
    if parts > 1:
        note.append(f'{parts} files')
    tensors = []
    for n, s in shapes.items():
        t = draw.choice(['F32', 'F16', 'BF16', 'F64']) if kind == 'mixed' else kind
        file = 'model.safetensors' if parts == 1 else f'model-{draw.randrange(parts) + 1:05d}-of-{parts:05d}.safetensors'
        tensors.append([file, stored[n], own.get(n, n), 'norm' if is_norm(n) else '', t, s])
    return tensors, note


def write(folder, tensors, seed):
    files = {}
    for file, name, of, norm, kind, shape in tensors:
        files.setdefault(file, {})[name] = values(of, seed, shape, norm == 'norm').to(TYPES[kind]).contiguous()
    for file, content in files.items():
        save_file(content, folder / file, metadata={'format': 'pt'})
    if 'model.safetensors' not in files:
        index = {'metadata': {}, 'weight_map': {n: f for f, c in files.items() for n in c}}
        (folder / 'model.safetensors.index.json').write_text(json.dumps(index))


# ---- tokenizers ----------------------------------------------------------------------------------------------------

class Pool:
    """Vocabularies, trained once each on the texts."""

    def __init__(self, corpus, draw):
        self.corpus = corpus
        self.draw = draw
        self.made = {}

    def once(self, key, make):
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def word_pieces(self, lower, number):
        def make():
            t = Tokenizer(models.WordPiece(unk_token='[UNK]'))
            t.normalizer = normalizers.BertNormalizer(lowercase=lower)
            t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
            t.train_from_iterator(self.corpus[number::3] * 2, trainers.WordPieceTrainer(vocab_size=260, limit_alphabet=120, special_tokens=['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'], show_progress=False))
            v = t.get_vocab()
            return [p for p, _ in sorted(v.items(), key=lambda x: x[1])]
        return self.once(('wp', lower, number), make)

    def byte_pairs(self, special, number):
        def make():
            t = Tokenizer(models.BPE())
            t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
            t.train_from_iterator(self.corpus[number::3], trainers.BpeTrainer(vocab_size=256 + len(special) + 60, special_tokens=special, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False))
            m = json.loads(t.to_str())['model']
            return m['vocab'], [tuple(x) if isinstance(x, list) else tuple(x.split(' ')) for x in m['merges']]
        return self.once(('bp', tuple(special), number), make)

    def word_ends(self, number):
        def make():
            t = Tokenizer(models.BPE(unk_token='<unk>', end_of_word_suffix='</w>'))
            t.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
            t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
            t.train_from_iterator(self.corpus[number::3], trainers.BpeTrainer(vocab_size=260, limit_alphabet=100, end_of_word_suffix='</w>', special_tokens=['<s>', '<pad>', '</s>', '<unk>', '<mask>'], show_progress=False))
            m = json.loads(t.to_str())['model']
            return m['vocab'], [tuple(x) if isinstance(x, list) else tuple(x.split(' ')) for x in m['merges']]
        return self.once(('we', number), make)

    def sentence_pieces(self, kind, rule, number, symbols, special):
        def make():
            out = io.BytesIO()
            rules = {}
            if rule == 'tsv':
                tsv = Path(tempfile.mkdtemp()) / 'rules.tsv'
                tsv.write_text('FF26 FF55\t46 75\n2026\t2E 2E 2E\n3000\t20\nA0\t20\n9\t20\nA\t20\nBD\t31 2F 32\n65 301\tE9\n')
                rules = dict(normalization_rule_tsv=str(tsv))
            elif rule:
                rules = dict(normalization_rule_name=rule)
            more = {'albert-sp': dict(pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=['[CLS]', '[SEP]'], user_defined_symbols=['[MASK]', *symbols]),
                    'deberta-sp': dict(pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece='[PAD]', bos_piece='[CLS]', eos_piece='[SEP]', unk_piece='[UNK]', user_defined_symbols=symbols),
                    't5-sp': dict(pad_id=0, eos_id=1, unk_id=2, bos_id=-1, user_defined_symbols=symbols),
                    }.get(special, dict(user_defined_symbols=symbols))
            size = dict(vocab_size=300, hard_vocab_limit=False, character_coverage=1.0)
            if kind == 'bpe':
                size = dict(vocab_size=256 + 3 + 180 + len(symbols), byte_fallback=True, character_coverage=1.0)
            counts = collections.Counter(c for s in self.corpus for c in s if c.isprintable() and not c.isspace())
            common = {c for c, _ in counts.most_common(110)} | {' '}  # the others are unknown to it
            lines = [''.join(c for c in s if c in common)[:400] for s in self.corpus[number::2]]
            lines = [s for s in lines if s.strip()] * 3
            sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=out, model_type=kind, minloglevel=9, num_threads=1, **size, **rules, **more)
            return out.getvalue()
        return self.once(('sp', kind, rule, number, tuple(symbols), special), make)


DEBERTA = ['[CLS]', '[PAD]', '[SEP]', '[UNK]', '[MASK]']
ROBERTA = ['<s>', '<pad>', '</s>', '<unk>', '<mask>']
PAIR_TOKENIZERS = dict(t5=['t5-sp'], mt5=['t5-sp'], marian=['free', 'bp-json'], mbart=['mbart-sp', 'mbart50-sp'], m2m_100=['nllb'], pegasus=['pegasus-sp'])


def added(token, **more):
    return dict(content=token, lstrip=False, rstrip=False, normalized=False, single_word=False) | more


def tokenizer(draw, family, pool, folder):
    """Writes a tokenizer of a kind that the family has, in one of its layouts; returns a note."""
    fitting = {
        'bert': ['wp'] * 6 + ['herbert', 'bp', 'albert-sp'], 'distilbert': ['wp'], 'electra': ['wp'], 'albert': ['albert-sp'] * 4 + ['wp'],
        'roberta': ['bp'] * 6 + ['wp', 'xlmr-sp'], 'xlm-roberta': ['xlmr-sp'], 'camembert': ['camembert-sp'], 'modernbert': ['free', 'bp-json'], 'gpt2': ['gpt2'] * 4 + ['wp', 'qwen2'],
        'qwen2': ['qwen2'] * 4 + ['free'], 'llama': ['llama-sp', 'llama-sp', 'llama-json', 'free', 'gpt2', 'codellama'], 'mistral': ['llama-sp', 'llama-json', 'free'], 'bart': ['bp'],
        'deberta': ['deberta-bp'] * 3 + ['bp-json'], 'deberta-v2': ['deberta-sp'] * 4 + ['free'], 'nomic_bert': ['wp'], 'xlm-roberta-xl': ['free', 'bp-json'],
        'gpt_neox': ['gpt_neox', 'gpt_neox', 'free'], 'gemma': ['gemma'], 'gemma2': ['gemma'], 'gemma3_text': ['gemma', 'free'], 'mpnet': ['mpnet', 'mpnet', 'bp-json'], 'qwen3': ['qwen2', 'free'],
        'phi': ['codegen', 'gpt2'], 'opt': ['gpt2'], 'gpt_neo': ['gpt2'], 'bloom': ['bloom', 'free'], 'esm': ['bp-json'], 'eurobert': ['bp-json']}.get(family, ['free', 'llama-json', 'llama3'])
    kind = draw.choice(PAIR_TOKENIZERS.get(family, fitting))
    settings, note, specials = {}, [kind], {}
    number = draw.randrange(2)
    chance = lambda p: draw.random() < p
    cls = None
    if kind == 'wp':
        lower = chance(.5)
        pieces = list(pool.word_pieces(lower, number))
        if chance(.25):
            new = {'[PAD]': '<pad>', '[UNK]': '<unk>', '[CLS]': '<s>', '[SEP]': '</s>', '[MASK]': '<msk>'}
            roles = dict(pad_token='[PAD]', unk_token='[UNK]', cls_token='[CLS]', sep_token='[SEP]', mask_token='[MASK]')
            pieces = [new.get(p, p) for p in pieces]
            specials = {r: new[t] for r, t in roles.items()}
        (folder / 'vocab.txt').write_text('\n'.join(pieces) + ('\n' if chance(.8) else ''), encoding='utf-8')
        settings = {'do_lower_case': lower} if chance(.7) else {}
        if chance(.2): settings['strip_accents'] = draw.choice([True, False, None])
        if chance(.2): settings['tokenize_chinese_chars'] = chance(.5)
        cls = draw.choice({'bert': ['BertTokenizer', 'BertTokenizerFast', None], 'distilbert': ['DistilBertTokenizer', 'BertTokenizer', None], 'electra': ['ElectraTokenizer', None]}.get(family, ['BertTokenizer']))
        base = transformers.BertTokenizer
    elif kind in ('bp', 'gpt2', 'qwen2', 'deberta-bp'):
        special = {'bp': ROBERTA, 'deberta-bp': DEBERTA}.get(kind, ['<|endoftext|>'])
        vocab, merges = pool.byte_pairs(special, number)
        (folder / 'vocab.json').write_text(json.dumps(vocab, ensure_ascii=chance(.5)), encoding='utf-8')
        (folder / 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in merges), encoding='utf-8')
        if chance(.25): settings['add_prefix_space'] = chance(.7)
        if chance(.1) and kind == 'bp': settings['trim_offsets'] = False
        if kind == 'gpt2' and chance(.2): settings[draw.choice(['add_bos_token', 'add_eos_token'])] = True
        cls = {'bp': draw.choice(['RobertaTokenizer', 'RobertaTokenizerFast', 'BartTokenizer' if family == 'bart' else 'RobertaTokenizer', None if family in ('roberta', 'bart') else 'RobertaTokenizer']),
               'deberta-bp': draw.choice(['DebertaTokenizer', 'DebertaTokenizerFast', None]),
               'gpt2': draw.choice(['GPT2Tokenizer', 'GPT2TokenizerFast', None if family == 'gpt2' else 'GPT2Tokenizer']),
               'qwen2': draw.choice(['Qwen2Tokenizer', None, 'PreTrainedTokenizerFast'] if family == 'qwen2' else ['Qwen2Tokenizer'])}[kind]
    elif kind == 'herbert':
        vocab, merges = pool.word_ends(number)
        (folder / 'vocab.json').write_text(json.dumps(vocab), encoding='utf-8')
        (folder / 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in merges), encoding='utf-8')
        cls = draw.choice(['HerbertTokenizer', 'HerbertTokenizerFast'])
    elif kind.endswith('-sp'):
        special = {'albert-sp': kind, 'deberta-sp': kind, 't5-sp': kind, 'pegasus-sp': 't5-sp'}.get(kind)  # pieces of its own
        bpe = kind == 'llama-sp'
        rule = draw.choice(['tsv'] * 6 + ['identity'])
        symbols = draw.choice([[], [], ['<ent>']])
        if kind == 'xlmr-sp' and chance(.2):
            rule, number, symbols = 'nmt_nfkc', 0, []  # its table is large, and recorded once
        data = pool.sentence_pieces('bpe' if bpe else 'unigram', rule, number, symbols, special)
        name = {'albert-sp': 'spiece.model', 'deberta-sp': 'spm.model', 't5-sp': 'spiece.model', 'pegasus-sp': 'spiece.model', 'llama-sp': 'tokenizer.model'}.get(kind, 'sentencepiece.bpe.model')
        (folder / name).write_bytes(data)
        if kind in ('albert-sp', 'deberta-sp'):
            if chance(.4): settings['do_lower_case'] = chance(.5)
            if chance(.3): settings['keep_accents' if kind == 'albert-sp' else 'split_by_punct'] = chance(.5)
        if chance(.15): settings['add_prefix_space'] = chance(.5)
        if bpe:
            if chance(.4): settings['legacy'] = chance(.5)
            if chance(.5): settings['add_bos_token'] = chance(.8)
            if chance(.2): settings['add_eos_token'] = chance(.8)
        if kind == 'pegasus-sp':
            settings |= dict(mask_token='<mask_2>', mask_token_sent='<mask_1>') if chance(.7) else {}
            if chance(.7): settings['offset'] = draw.choice([4, 103])
        if kind.startswith('mbart') and chance(.6): settings['src_lang'] = draw.choice(['de_DE', 'fr_XX'])
        if kind == 't5-sp':
            if chance(.5): settings['extra_ids'] = draw.choice([0, 3, 100])
        cls = {'mbart-sp': 'MBartTokenizer', 'mbart50-sp': 'MBart50Tokenizer', 'pegasus-sp': draw.choice(['PegasusTokenizer', None]), 't5-sp': draw.choice(['T5Tokenizer', 'T5TokenizerFast', None]), 'deberta-sp': draw.choice(['DebertaV2Tokenizer', 'DebertaV2TokenizerFast', None]), 'albert-sp': draw.choice(['AlbertTokenizer', None if family == 'albert' else 'AlbertTokenizer']), 'xlmr-sp': draw.choice(['XLMRobertaTokenizer', None if family == 'xlm-roberta' else 'XLMRobertaTokenizerFast']),
               'camembert-sp': draw.choice(['CamembertTokenizer', None]), 'llama-sp': draw.choice(['LlamaTokenizer', 'LlamaTokenizerFast', 'LlamaTokenizer', None])}[kind]
        note.append(rule)
    elif kind == 'nllb':
        pieces = ['<s>', '<pad>', '</s>', '<unk>'] + sorted({c for s in pool.corpus[::9] for c in s if not c.isspace()})[:200] + ['▁', '▁t', '▁th', 'in', 'he', 'fra_Latn', 'eng_Latn', 'deu_Latn']
        vocab = {p: i for i, p in enumerate(dict.fromkeys(pieces))}
        merges = [(a, b) for a, b in [('▁', 't'), ('▁t', 'h'), ('i', 'n'), ('h', 'e')] if {a, b, a + b} <= set(vocab)]
        languages = draw.choice([dict(extra_special_tokens=['eng_Latn', 'deu_Latn']), dict(additional_special_tokens=['fra_Latn', 'eng_Latn', 'deu_Latn'])])
        made = transformers.NllbTokenizer(vocab=vocab, merges=merges, src_lang=draw.choice([None, 'deu_Latn']), **languages)
        made.save_pretrained(folder)
        return note
    elif kind in ('llama-json', 'codellama'):
        pieces = ['<unk>', '<s>', '</s>'] + [f'<0x{i:02X}>' for i in range(256)]
        vocab = {p: i for i, p in enumerate(pieces)}
        merges = []
        for c in '▁etaoinshrdlucmfwypvbgkjqxzTAI.,东京привет':
            vocab.setdefault(c, len(vocab))
        for a, b in [('▁', 't'), ('h', 'e'), ('▁t', 'he'), ('i', 'n'), ('a', 'n'), ('▁', 'a'), ('▁a', 'n'), ('o', 'u'), ('▁', 'f'), ('e', 'r'), ('▁', '▁')]:
            merges.append((a, b)); vocab.setdefault(a + b, len(vocab))
        t = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token='<unk>', fuse_unk=True, byte_fallback=True))
        t.normalizer = normalizers.Sequence([normalizers.Prepend('▁'), normalizers.Replace(' ', '▁')])
        t.decoder = decoders.Sequence([decoders.Replace('▁', ' '), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(' ', 1, 0)])
        if chance(.8):
            t.post_processor = processors.TemplateProcessing(single='<s> $A', pair='<s> $A <s>:1 $B:1', special_tokens=[('<s>', 1)])
        t.add_special_tokens([AddedToken(x, special=True, normalized=False) for x in ('<unk>', '<s>', '</s>')])
        t.save(str(folder / 'tokenizer.json'))
        settings = dict(bos_token='<s>', eos_token='</s>', unk_token='<unk>')
        if chance(.3): settings['add_bos_token'] = chance(.5)
        cls = 'CodeLlamaTokenizer' if kind == 'codellama' else draw.choice(['LlamaTokenizer', 'PreTrainedTokenizerFast', None, 'LlamaTokenizerFast'])
        if chance(.2): settings['legacy'] = chance(.5)
    elif kind in ('gpt_neox', 'codegen', 'bloom'):
        vocab, merges = pool.byte_pairs(['<|endoftext|>', '<|padding|>'], number)
        t = Tokenizer(models.BPE(vocab=vocab, merges=merges))
        t.normalizer = draw.choice([None, normalizers.NFC()])
        t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        t.decoder = decoders.ByteLevel()
        t.post_processor = draw.choice([processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(single='<|endoftext|> $A', pair='<|endoftext|> $A $B', special_tokens=[('<|endoftext|>', 0)])])
        t.add_special_tokens([AddedToken(x, special=True, normalized=False) for x in ('<|endoftext|>', '<|padding|>')])
        t.save(str(folder / 'tokenizer.json'))
        if chance(.3): settings['add_bos_token'] = chance(.5)
        if chance(.2): settings['add_prefix_space'] = chance(.5)
        cls = {'gpt_neox': draw.choice(['GPTNeoXTokenizer', 'GPTNeoXTokenizerFast', None]), 'codegen': 'CodeGenTokenizer', 'bloom': 'BloomTokenizerFast'}[kind]
    elif kind == 'llama3':  # as Llama 3 and SmolLM3 publish it, or with single digits as SmolLM does
        vocab, merges = pool.byte_pairs(['<|begin_of_text|>', '<|end_of_text|>'], number)
        t = Tokenizer(models.BPE(vocab=vocab, merges=merges, ignore_merges=True))
        words = Regex(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
        t.pre_tokenizer = draw.choice([pre_tokenizers.Sequence([pre_tokenizers.Split(words, 'isolated'), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]),
                                       pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])])
        t.decoder = decoders.ByteLevel()
        begins = processors.TemplateProcessing(single='<|begin_of_text|> $A', pair='<|begin_of_text|> $A <|begin_of_text|>:1 $B:1', special_tokens=[('<|begin_of_text|>', 0)])
        t.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), begins])
        t.add_special_tokens([AddedToken(x, special=True, normalized=False) for x in ('<|begin_of_text|>', '<|end_of_text|>')])
        t.save(str(folder / 'tokenizer.json'))
        settings = dict(bos_token='<|begin_of_text|>', eos_token='<|end_of_text|>')
        cls = draw.choice(['PreTrainedTokenizerFast', 'PreTrainedTokenizerFast', None])
    elif kind == 'gemma':
        pieces = ['<pad>', '<eos>', '<bos>', '<unk>', '<mask>'] + [f'<0x{i:02X}>' for i in range(256)]
        vocab = {p: i for i, p in enumerate(pieces)}
        merges = []
        for c in '\n▁etaoinshrdlucmfwypvbgkjqxzTAI.,東京привет':
            vocab.setdefault(c, len(vocab))
        for a, b in [('▁', 't'), ('h', 'e'), ('▁t', 'he'), ('i', 'n'), ('▁', '▁'), ('a', 'n'), ('▁', 'a'), ('o', 'u')]:
            merges.append((a, b)); vocab.setdefault(a + b, len(vocab))
        t = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token='<unk>', fuse_unk=True, byte_fallback=True))
        t.normalizer = normalizers.Replace(' ', '▁')
        t.pre_tokenizer = pre_tokenizers.Split(' ', 'merged_with_previous')
        t.decoder = decoders.Sequence([decoders.Replace('▁', ' '), decoders.ByteFallback(), decoders.Fuse()])
        t.post_processor = processors.TemplateProcessing(single='<bos> $A', pair='<bos> $A <bos>:1 $B:1', special_tokens=[('<bos>', 2)])
        t.add_special_tokens([AddedToken(x, special=True, normalized=False) for x in pieces[:5]])
        t.save(str(folder / 'tokenizer.json'))
        settings = dict(bos_token='<bos>', eos_token='<eos>', unk_token='<unk>', pad_token='<pad>')
        if chance(.3): settings['add_bos_token'] = chance(.5)
        cls = draw.choice(['GemmaTokenizer', 'GemmaTokenizerFast', None])
    elif kind == 'mpnet':
        new = {'[PAD]': '<pad>', '[UNK]': '[UNK]', '[CLS]': '<s>', '[SEP]': '</s>', '[MASK]': '<mask>'}
        lower = chance(.7)
        (folder / 'vocab.txt').write_text('\n'.join(new.get(p, p) for p in pool.word_pieces(lower, number)) + '\n', encoding='utf-8')
        settings = {'do_lower_case': lower}
        cls = draw.choice(['MPNetTokenizer', 'MPNetTokenizerFast', None])
    elif kind in ('free', 'bp-json'):
        sub = 'bp' if kind == 'bp-json' else draw.choice(['bp', 'wp', 'uni'])
        if sub == 'bp':
            vocab, merges = pool.byte_pairs(ROBERTA, number)
            t = Tokenizer(models.BPE(vocab=vocab, merges=merges))
            t.pre_tokenizer = draw.choice([pre_tokenizers.ByteLevel(add_prefix_space=chance(.5)),
                                           pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]),
                                           pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r'\p{N}{1,3}|[^\s\p{L}\p{N}]+|\s?\p{L}+|\s+'), 'isolated'), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])])
            t.normalizer = draw.choice([None, normalizers.NFC(), normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])])
            t.decoder = decoders.ByteLevel()
            t.post_processor = draw.choice([processors.TemplateProcessing(single='<s> $A </s>', pair='<s> $A </s> $B:1 </s>:1', special_tokens=[('<s>', 0), ('</s>', 2)]), processors.ByteLevel(trim_offsets=chance(.5))])
            names = dict(bos_token='<s>', eos_token='</s>', unk_token='<unk>', sep_token='</s>', cls_token='<s>', pad_token='<pad>', mask_token='<mask>')
            t.add_special_tokens([AddedToken(x, special=True, normalized=False, lstrip=x == '<mask>' and chance(.5)) for x in ROBERTA])
        elif sub == 'wp':
            pieces = pool.word_pieces(True, number)
            t = Tokenizer(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token='[UNK]', max_input_chars_per_word=draw.choice([20, 100])))
            t.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
            t.pre_tokenizer = draw.choice([pre_tokenizers.Whitespace(), pre_tokenizers.BertPreTokenizer(), pre_tokenizers.WhitespaceSplit()])
            t.post_processor = processors.TemplateProcessing(single='[CLS] $A [SEP]', pair='[CLS] $A [SEP] $B:1 [SEP]:1', special_tokens=[('[CLS]', 2), ('[SEP]', 3)])
            names = dict(unk_token='[UNK]', sep_token='[SEP]', cls_token='[CLS]', pad_token='[PAD]', mask_token='[MASK]')
            t.decoder = decoders.WordPiece()
            if chance(.7): t.add_special_tokens(pieces[:5])
        else:
            v = [('<s>', 0.), ('<pad>', 0.), ('</s>', 0.), ('<unk>', 0.), ('<mask>', 0.)] + [(p, -float(len(p))) for p in sorted({c for s in pool.corpus[::9] for c in s if not c.isspace()})[:150]] + [('▁the', -3.5), ('▁', -3.25), ('he', -1.5), ('▁a', -2.25)]
            t = Tokenizer(models.Unigram(v, unk_id=3, byte_fallback=False))
            t.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(' {2,}'), ' ')])
            t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=draw.choice(['always', 'first', 'never']), split=chance(.7))
            t.decoder = decoders.Metaspace()
            t.post_processor = processors.TemplateProcessing(single='<s> $A </s>', pair='<s> $A </s> </s> $B </s>', special_tokens=[('<s>', 0), ('</s>', 2)])
            names = dict(bos_token='<s>', eos_token='</s>', unk_token='<unk>', sep_token='</s>', cls_token='<s>', pad_token='<pad>', mask_token='<mask>')
            t.add_special_tokens(ROBERTA)
        if chance(.15): t.enable_truncation(8)
        if chance(.15): t.enable_padding(length=12)
        t.save(str(folder / 'tokenizer.json'))
        settings = names if chance(.8) else {}
        note.append(sub)
        cls = draw.choice(['PreTrainedTokenizerFast', 'PreTrainedTokenizerFast', 'TokenizersBackend', None])
        if chance(.03): cls = 'GemmaTokenizer'
    # names of special tokens, in one of the files that can contain them
    where = draw.choice(['config', 'map', 'objects']) if specials else None
    if where == 'config':
        settings |= specials
    elif where == 'map':
        (folder / 'special_tokens_map.json').write_text(json.dumps(specials))
    elif where == 'objects':
        (folder / 'special_tokens_map.json').write_text(json.dumps({r: added(t) for r, t in specials.items()}))
    elif chance(.1) and kind != 'codellama':
        mask = {'bp': '<mask>', 'wp': '[MASK]', 'xlmr-sp': '<mask>', 'camembert-sp': '<mask>', 'albert-sp': '[MASK]'}.get(kind)
        if mask:
            settings['mask_token'] = {'__type': 'AddedToken'} | added(mask, lstrip=True)
            note.append('mask object')
    size = sum(1 for _ in (folder / 'vocab.txt').read_text(encoding='utf-8').split('\n')) if (folder / 'vocab.txt').exists() else 400
    if chance(.15):
        (folder / 'added_tokens.json').write_text(json.dumps({'[NEW]': size, '<ent>': size + 1} if chance(.5) else {'[NEW]': size}))
        note.append('added_tokens.json')
    elif chance(.15):
        settings['added_tokens_decoder'] = {str(size): added('[NEW]', special=chance(.5), normalized=chance(.5)), str(size + 1): added('<ent>', special=True, rstrip=chance(.3), lstrip=chance(.3), single_word=chance(.3))}
        note.append('added_tokens_decoder')
    if chance(.1):
        settings[draw.choice(['additional_special_tokens', 'extra_special_tokens'])] = ['<ent>']
        note.append('extra tokens')
    if chance(.03): settings['split_special_tokens'] = True
    if chance(.05): settings['model_input_names'] = draw.choice([['input_ids', 'attention_mask'], ['input_ids', 'token_type_ids', 'attention_mask']]) if family in ('bert', 'electra', 'albert') else ['input_ids', 'attention_mask']
    if chance(.03): cls = draw.choice(['BertJapaneseTokenizer', 'PhobertTokenizer', 'BertweetTokenizer', 'NoSuchTokenizer'])
    if family == 'modernbert' and chance(.3): cls = 'GPT2Tokenizer'
    if cls: settings['tokenizer_class'] = cls
    if settings or chance(.5):
        (folder / 'tokenizer_config.json').write_text(json.dumps(settings, ensure_ascii=False), encoding='utf-8')
    return note


def resaved(draw, folder, loaded, note):
    """Sometimes writes it again as transformers does, into a tokenizer.json; sometimes beside the older files, or with a contradiction."""
    r = draw.random()
    if (folder / 'tokenizer.json').exists() or r < .5:
        return False
    settings = json.loads((folder / 'tokenizer_config.json').read_text(encoding='utf-8')) if (folder / 'tokenizer_config.json').exists() else {}
    t = loaded.backend_tokenizer
    if r < .6:
        t.post_processor = processors.ByteLevel(trim_offsets=False) if draw.random() < .3 else t.post_processor
    t.save(str(folder / 'tokenizer.json'))
    note.append('tokenizer.json')
    if r > .75:
        for f in ('vocab.txt', 'vocab.json', 'merges.txt', 'spiece.model', 'spm.model', 'sentencepiece.bpe.model', 'tokenizer.model', 'added_tokens.json', 'special_tokens_map.json'):
            (folder / f).unlink(missing_ok=True)
        loaded.save_pretrained(folder)
        note.append('saved')
    elif r > .68:
        j = json.loads((folder / 'tokenizer.json').read_text(encoding='utf-8'))
        j['post_processor' if draw.random() < .5 else 'normalizer'] = None
        (folder / 'tokenizer.json').write_text(json.dumps(j), encoding='utf-8')
        note.append('without a part')
    elif settings and draw.random() < .5:
        for key in ('do_lower_case', 'add_prefix_space', 'keep_accents', 'split_by_punct'):
            if key in settings:
                settings[key] = not settings[key]
                note.append('contradiction')
        (folder / 'tokenizer_config.json').write_text(json.dumps(settings, ensure_ascii=False), encoding='utf-8')
    return True


# ---- what is recorded ----------------------------------------------------------------------------------------------

def whole(array):
    return [int(x) for x in np.rint(np.asarray(array, dtype=np.float64).ravel() * 1e5)]


def encoding(tok, text, pair):
    e = tok(text, pair, return_offsets_mapping=True, return_token_type_ids=True, truncation=False, padding=False) if pair is not None else tok(
        text, return_offsets_mapping=True, return_token_type_ids=True, truncation=False, padding=False)
    ids = e['input_ids']
    types = e['token_type_ids'] if 'token_type_ids' in tok.model_input_names else [0] * len(ids)
    sequences = [-1 if s is None else s for s in e.sequence_ids()]
    spans = [x for a, b in e['offset_mapping'] for x in (a, b)]
    return ids, types, sequences, spans


def case(draw, number, family, pool, all_texts, folder, is_newer):
    seed = draw.randrange(1 << 30)
    note = tokenizer(draw, family, pool, folder)
    (folder / 'config.json').write_text(json.dumps({'model_type': family}))
    wants = dict(local_files_only=True)
    try:
        tok = AutoTokenizer.from_pretrained(folder, **wants)
        if resaved(draw, folder, tok, note):
            tok = AutoTokenizer.from_pretrained(folder, **wants)
    except BaseException as e:
        if isinstance(e, KeyboardInterrupt): raise
        return None, f'{family} {" ".join(note)}: {type(e).__name__} {str(e)[:100]}'
    if not hasattr(tok, 'backend_tokenizer'):
        return None, f'{family} {" ".join(note)}: a tokenizer in Python'
    vocabulary = max([len(tok), *[i + 1 for i in tok.get_vocab().values()]]) + draw.choice([0, 0, 3])
    special = dict(pad=tok.pad_token_id, bos=tok.bos_token_id, eos=tok.eos_token_id, newer=is_newer)
    conf = config(draw, family, vocabulary, special)
    tensors, more = layout(draw, family, conf, seed)
    note += more
    conf_json = conf.to_dict()
    conf_json.pop('transformers_version', None)
    conf_json['architectures'] = [model_class(family)._model_mapping[type(conf)].__name__]
    if draw.random() < .1 and 'rope_parameters' in conf_json and family in ('llama', 'mistral', 'qwen2') and conf_json['rope_parameters'].get('rope_type') == 'default':
        conf_json['rope_theta'] = conf_json.pop('rope_parameters')['rope_theta']
        note.append('rope_theta')
    (folder / 'config.json').write_text(json.dumps(conf_json))
    write(folder, tensors, seed)
    body_only = 'body' in note
    try:
        auto = transformers.AutoModel if body_only else model_class(family)
        model, info = auto.from_pretrained(folder, dtype=torch.float32, attn_implementation='eager', output_loading_info=True, **wants)
        model.eval()
    except BaseException as e:
        if isinstance(e, KeyboardInterrupt): raise
        return None, f'{family} {" ".join(note)}: {type(e).__name__} {str(e)[:100]}'
    missing = sorted(k for k in info['missing_keys'] if not k.endswith('bias') and 'pooler' not in k)
    try:
        encodings = []
        order = draw.sample(range(len(all_texts)), 8)
        for i in order:
            encodings.append([i, -1, *encoding(tok, all_texts[i], None)])
        for i, j in [draw.sample(range(len(all_texts)), 2) for _ in range(1)]:
            encodings.append([i, j, *encoding(tok, all_texts[i], all_texts[j])])
        limit = 22 if family in ENCODER_DECODERS else 40  # source and target together are no more than there are positions
        fitting = [k for k, e in enumerate(encodings) if 2 <= len(e[2]) <= limit and max(e[2]) < vocabulary and (e[1] < 0 or family not in CAUSAL | ENCODER_DECODERS)]
        if not fitting:
            return None, f'{family} {" ".join(note)}: no text that is short enough'
        chosen = max(fitting, key=lambda k: (len(encodings[k][2]) <= 20, len(encodings[k][2])))
        ids, types = encodings[chosen][2], encodings[chosen][3]
        given = dict(input_ids=torch.tensor([ids]))
        typed = family in ENCODERS and conf.type_vocab_size > 1
        if 'token_type_ids' in tok.model_input_names and (typed or family in ('bert', 'electra', 'albert', 'roberta', 'xlm-roberta', 'camembert')):
            given['token_type_ids'] = torch.tensor([types])
        target = None
        if family in ENCODER_DECODERS:
            other = [k for k in fitting if k != chosen]
            target = other[0] if other else chosen
            given['decoder_input_ids'] = torch.tensor([[conf.decoder_start_token_id] + encodings[target][2][:-1]])
        with torch.no_grad():
            out = model(**given, output_attentions=True)
        if family in ENCODER_DECODERS:
            blocks = [out.encoder_attentions, out.decoder_attentions, out.cross_attentions]
            attention = [whole(layer[0].numpy()[:, -3:]) for block in blocks for layer in block]
            count = len(encodings[target][2])
        else:
            attention = [whole(layer[0].numpy()[:, [0, -1]]) for layer in out.attentions]
            count = len(ids)
        rows = sorted({0, count - 1})
        logits = None if body_only else whole(out.logits[0].numpy()[rows])
        if logits is not None and not np.isfinite(out.logits.numpy()).all():
            return None, f'{family}: numbers without an end'
    except BaseException as e:
        if isinstance(e, KeyboardInterrupt): raise
        return None, f'{family} {" ".join(note)}: {type(e).__name__} {str(e)[:100]}'
    files = {f.name: f.read_bytes() for f in folder.iterdir() if not f.name.startswith('model') and f.name != 'config.json'}
    spans_of = [e[:2] + [e[2], e[3] if any(e[3]) else [], e[4], e[5]] for e in encodings]
    return dict(name=f'{number} {family}: {", ".join(note)}', family=family, seed=seed, config=conf_json, files=files, tensors=tensors, missing=missing,
                vocabulary=vocabulary, encodings=spans_of, chosen=chosen, target=target, rows=rows, logits=logits, attention=attention), None


def main():
    out, count, seed = Path(sys.argv[1]), int((sys.argv[2:] or ['520'])[0]), int((sys.argv[3:] or ['16'])[0])
    which = ''.join(sys.argv[4:])
    families = dict(NEWER=NEWER, ENCODERS=ENCODERS, PAIRS=PAIRS).get(which) or which.split() or FAMILIES
    is_newer = {*families} <= {*NEWER, *ENCODERS}
    draw = random.Random(seed)
    torch.manual_seed(seed)
    all_texts = texts(draw)
    assert len(all_texts) == 200
    pool = Pool(all_texts, draw)
    blobs, cases, failures, number = {}, [], {}, 0
    while len(cases) < count:
        family = families[number % len(families)]
        number += 1
        folder = Path(tempfile.mkdtemp())
        made, why = case(random.Random(f'{seed} {number}'), number, family, pool, all_texts, folder, is_newer)
        shutil.rmtree(folder)
        if made is None:
            failures[why] = failures.get(why, 0) + 1
            continue
        for name, content in list(made['files'].items()):
            key = hashlib.sha256(content).hexdigest()[:12]
            blobs[key] = base64.b64encode(content).decode() if name.endswith('.model') else content.decode()
            made['files'][name] = key
        cases.append(made)
    recorded = dict(transformers=transformers.__version__, seed=seed, texts=all_texts, blobs=blobs, cases=cases)
    data = json.dumps(recorded, ensure_ascii=False, separators=(',', ':')).encode()
    out.write_bytes(gzip.compress(data, 9, mtime=0))
    for why, n in sorted(failures.items()):
        print(f'{n} × not loaded by transformers: {why}')
    print(f'{len(cases)} cases of {number} drawn, {len(blobs)} files, {out.stat().st_size:,} bytes')


if __name__ == '__main__':
    main()
