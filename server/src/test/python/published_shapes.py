#!/usr/bin/env python3
"""Writes the shapes of published checkpoints, for FamiliesBenchmark: their settings, and the names and sizes of their tensors.

    published_shapes.py ../resources/shapes.json

Each line of the result is a checkpoint: like, dtype (that of its file: float32, or bfloat16 where the published one is that or
float16, and where float32 takes more than 3 GB), config, and tensors: a name with # for the layer, its sizes, the first layer,
and the one after the last; names without # have neither.

transformers makes the models on its meta device, without memory. Reads nothing from the network.
"""
import json, re, sys
from pathlib import Path

import torch
import transformers
from transformers import AutoConfig

ENCODER = dict(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072)
PAIR = dict(d_model=1024, encoder_layers=12, decoder_layers=12, encoder_attention_heads=16, decoder_attention_heads=16, encoder_ffn_dim=4096,
            decoder_ffn_dim=4096, max_position_embeddings=1024)
LLAMA3 = dict(rope_type='llama3', rope_theta=500000.0, factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192)
BF16 = dict(dtype='bfloat16')


def decoder(hidden, layers, heads, keys, inner, words, **more):
    return dict(hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=keys, intermediate_size=inner, vocab_size=words) | more


SHAPES = [
    ('google-bert/bert-base-uncased', 'bert', ENCODER),
    ('distilbert/distilbert-base-uncased', 'distilbert', dict(dim=768, hidden_dim=3072, n_heads=12, n_layers=6, vocab_size=30522)),
    ('google/electra-base-generator', 'electra', ENCODER | dict(hidden_size=256, num_attention_heads=4, intermediate_size=1024, embedding_size=768)),
    ('albert/albert-base-v2', 'albert', ENCODER | dict(vocab_size=30000, embedding_size=128, hidden_act='gelu_new', max_position_embeddings=512)),
    ('FacebookAI/roberta-base', 'roberta', ENCODER | dict(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1)),
    ('FacebookAI/xlm-roberta-base', 'xlm-roberta', ENCODER | dict(vocab_size=250002, max_position_embeddings=514, type_vocab_size=1)),
    ('facebook/xlm-roberta-xl', 'xlm-roberta-xl', dict(hidden_size=2560, num_hidden_layers=36, num_attention_heads=32, intermediate_size=10240, vocab_size=250880,
                                                       max_position_embeddings=514, type_vocab_size=1) | BF16),
    ('nomic-ai/nomic-bert-2048', 'nomic_bert', ENCODER | dict(vocab_size=30528, max_position_embeddings=2048)),
    ('microsoft/deberta-base', 'deberta', ENCODER | dict(vocab_size=50265, type_vocab_size=0, relative_attention=True, pos_att_type=['c2p', 'p2c'], max_relative_positions=-1,
                                                         position_biased_input=False, legacy=False)),
    ('microsoft/deberta-v3-base', 'deberta-v2', ENCODER | dict(vocab_size=128100, type_vocab_size=0, relative_attention=True, pos_att_type=['p2c', 'c2p'], position_buckets=256,
                                                               norm_rel_ebd='layer_norm', share_att_key=True, max_relative_positions=-1, position_biased_input=False, legacy=False)),
    ('answerdotai/ModernBERT-base', 'modernbert', dict(hidden_size=768, num_hidden_layers=22, num_attention_heads=12, intermediate_size=1152, vocab_size=50368, decoder_bias=True)),
    ('microsoft/mpnet-base', 'mpnet', ENCODER | dict(vocab_size=30527, max_position_embeddings=514)),
    ('EuroBERT/EuroBERT-210m', 'eurobert', decoder(768, 12, 12, 12, 3072, 128256, max_position_embeddings=8192)),
    ('facebook/esm2_t12_35M_UR50D', 'esm', dict(hidden_size=480, num_hidden_layers=12, num_attention_heads=20, intermediate_size=1920, vocab_size=33, max_position_embeddings=1026,
                                                 position_embedding_type='rotary', token_dropout=True, emb_layer_norm_before=False, pad_token_id=1, mask_token_id=32)),
    ('openai-community/gpt2', 'gpt2', {}),
    ('EleutherAI/pythia-160m', 'gpt_neox', ENCODER | dict(vocab_size=50304, rotary_pct=0.25)),
    ('EleutherAI/gpt-neo-125m', 'gpt_neo', dict(hidden_size=768, num_layers=12, num_heads=12, attention_types=[[['global', 'local'], 6]], window_size=256)),
    ('facebook/opt-125m', 'opt', {}),
    ('bigscience/bloom-560m', 'bloom', dict(hidden_size=1024, n_layer=24, n_head=16, vocab_size=250880)),
    ('Qwen/Qwen2-0.5B', 'qwen2', decoder(896, 24, 14, 2, 4864, 151936, tie_word_embeddings=True)),
    ('Qwen/Qwen3-0.6B-Base', 'qwen3', decoder(1024, 28, 16, 8, 3072, 151936, head_dim=128, tie_word_embeddings=True) | BF16),
    ('google/gemma-3-270m', 'gemma3_text', decoder(640, 18, 4, 1, 2048, 262144, head_dim=256, sliding_window=512) | BF16),
    ('google/gemma-2b', 'gemma', decoder(2048, 18, 8, 1, 16384, 256000, head_dim=256) | BF16),
    ('google/gemma-2-2b', 'gemma2', decoder(2304, 26, 8, 4, 9216, 256000, head_dim=256) | BF16),
    ('meta-llama/Llama-3.2-1B', 'llama', decoder(2048, 16, 32, 8, 8192, 128256, head_dim=64, max_position_embeddings=131072, rope_parameters=LLAMA3, tie_word_embeddings=True) | BF16),
    ('allenai/OLMo-2-0425-1B', 'olmo2', decoder(2048, 16, 16, 16, 8192, 100352, max_position_embeddings=4096) | BF16),
    ('microsoft/phi-1_5', 'phi', decoder(2048, 24, 32, 32, 8192, 51200) | BF16),
    ('stabilityai/stablelm-2-1_6b', 'stablelm', decoder(2048, 24, 32, 32, 5632, 100352, use_qkv_bias=True, max_position_embeddings=4096) | BF16),
    ('ibm-granite/granite-3.3-2b-base', 'granite', decoder(2048, 40, 32, 8, 8192, 49152, embedding_multiplier=12.0, residual_multiplier=0.22, attention_multiplier=0.015625,
                                                           logits_scaling=8.0, tie_word_embeddings=True, max_position_embeddings=131072) | BF16),
    ('HuggingFaceTB/SmolLM3-3B-Base', 'smollm3', decoder(2048, 36, 16, 4, 11008, 128256, tie_word_embeddings=True) | BF16),
    ('microsoft/Phi-3-mini-4k-instruct', 'phi3', decoder(3072, 32, 32, 32, 8192, 32064, max_position_embeddings=4096, pad_token_id=0) | BF16),
    ('mistralai/Mistral-7B-v0.3', 'mistral', decoder(4096, 32, 32, 8, 14336, 32768, sliding_window=None) | BF16),
    ('tiiuae/falcon-7b', 'falcon', dict(hidden_size=4544, num_hidden_layers=32, num_attention_heads=71, multi_query=True, parallel_attn=True, new_decoder_architecture=False,
                                        bias=False, alibi=False, vocab_size=65024) | BF16),
    ('facebook/bart-base', 'bart', PAIR | dict(d_model=768, encoder_layers=6, decoder_layers=6, encoder_attention_heads=12, decoder_attention_heads=12, encoder_ffn_dim=3072,
                                               decoder_ffn_dim=3072, vocab_size=50265)),
    ('google-t5/t5-base', 't5', dict(d_model=768, d_kv=64, d_ff=3072, num_layers=12, num_heads=12, decoder_start_token_id=0)),
    ('google/mt5-small', 'mt5', dict(d_model=512, d_kv=64, d_ff=1024, num_layers=8, num_heads=6, vocab_size=250112, feed_forward_proj='gated-gelu', tie_word_embeddings=False, decoder_start_token_id=0)),
    ('Helsinki-NLP/opus-mt-en-de', 'marian', PAIR | dict(d_model=512, encoder_layers=6, decoder_layers=6, encoder_attention_heads=8, decoder_attention_heads=8, encoder_ffn_dim=2048,
                                                         decoder_ffn_dim=2048, max_position_embeddings=512, vocab_size=58101, activation_function='swish', scale_embedding=True,
                                                         pad_token_id=58100, decoder_start_token_id=58100, eos_token_id=0)),
    ('facebook/mbart-large-50', 'mbart', PAIR | dict(vocab_size=250054, scale_embedding=True, decoder_start_token_id=2)),
    ('facebook/nllb-200-distilled-600M', 'm2m_100', PAIR | dict(vocab_size=256206, scale_embedding=True, activation_function='relu')),
    ('google/pegasus-large', 'pegasus', PAIR | dict(encoder_layers=16, decoder_layers=16, vocab_size=96103, scale_embedding=True, activation_function='relu')),
]


def model_of(config):
    for auto in (transformers.AutoModelForMaskedLM, transformers.AutoModelForSeq2SeqLM, transformers.AutoModelForCausalLM):
        pairs = auto in (transformers.AutoModelForSeq2SeqLM,)
        if type(config) in auto._model_mapping and bool(config.is_encoder_decoder) == pairs:
            return auto.from_config(config)
    raise SystemExit(f'no model of {config.model_type}')


def tensors(model):
    """Those that a file holds: of tied ones the first."""
    tied = {name for name in model.all_tied_weights_keys} if hasattr(model, 'all_tied_weights_keys') else set()
    kept = {name: list(tensor.shape) for name, tensor in model.state_dict().items() if name not in tied and not name.endswith('position_ids')}
    lines = []
    for name, shape in kept.items():
        layer = re.search(r'\.(\d+)\.', name)
        if not layer:
            lines.append([name, shape])
            continue
        number = int(layer.group(1))
        pattern = name[:layer.start(1)] + '#' + name[layer.end(1):]
        before = [line for line in lines if line[0] == pattern and line[1] == shape and line[3] == number]
        if before:
            before[0][3] = number + 1
        else:
            lines.append([pattern, shape, number, number + 1])
    return lines


def main():
    lines = []
    for like, family, settings in SHAPES:
        dtype = settings.get('dtype', 'float32')
        config = AutoConfig.for_model(family, **{k: v for k, v in settings.items() if k != 'dtype'})
        with torch.device('meta'):
            model = model_of(config)
        given = config.to_dict()
        kept = {k: v for k, v in given.items() if v is not None and k not in ('transformers_version', 'dtype', 'architectures', 'id2label', 'label2id', '_name_or_path')}
        kept |= dict(model_type=family, architectures=[type(model).__name__])
        count = sum(p.numel() for p in model.parameters())
        print(f'{like}: {count / 1e6:.0f} million, {count * (2 if dtype == "bfloat16" else 4) / 1e9:.1f} GB', flush=True)
        lines.append(json.dumps(dict(like=like, dtype=dtype, config=kept, tensors=tensors(model)), separators=(',', ':')))
    Path(sys.argv[1]).write_text('[\n' + ',\n'.join(lines) + '\n]\n', encoding='utf-8')


if __name__ == '__main__':
    main()
