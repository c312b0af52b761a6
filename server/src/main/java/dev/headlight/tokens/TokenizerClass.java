package dev.headlight.tokens;

import dev.headlight.UserException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The supported tokenizer classes of transformers. All but the first build a tokenizer from a vocabulary, and use
 * little else of a tokenizer.json.
 */
enum TokenizerClass {
    /** Uses a tokenizer.json unchanged. */
    TOKENIZERS_BACKEND(
            false,
            List.of("tokenizer.model"),
            "TokenizersBackend",
            "PreTrainedTokenizer",
            "PythonBackend",
            "BloomTokenizer"),
    BERT(
            true,
            List.of("vocab.txt"),
            "BertTokenizer",
            "ElectraTokenizer",
            "ConvBertTokenizer",
            "LayoutLMTokenizer",
            "MobileBertTokenizer",
            "LxmertTokenizer",
            "SqueezeBertTokenizer"),
    DISTIL_BERT(false, List.of("vocab.txt"), "DistilBertTokenizer"),
    MPNET(false, List.of("vocab.txt"), "MPNetTokenizer"),
    ROBERTA(
            false,
            List.of("vocab.json", "merges.txt"),
            "RobertaTokenizer",
            "BartTokenizer",
            "LongformerTokenizer",
            "LEDTokenizer",
            "MvpTokenizer"),
    XLM_ROBERTA(false, List.of("sentencepiece.bpe.model"), "XLMRobertaTokenizer"),
    CAMEMBERT(false, List.of("sentencepiece.bpe.model"), "CamembertTokenizer"),
    ALBERT(false, List.of("spiece.model"), "AlbertTokenizer"),
    DEBERTA(true, List.of("vocab.json", "merges.txt"), "DebertaTokenizer"),
    DEBERTA_V2(true, List.of("spm.model"), "DebertaV2Tokenizer"),
    GPT2(false, List.of("vocab.json", "merges.txt"), "GPT2Tokenizer", "CodeGenTokenizer"),
    GPT_NEOX(false, List.of("vocab.json", "merges.txt"), "GPTNeoXTokenizer"),
    QWEN2(false, List.of("vocab.json", "merges.txt"), "Qwen2Tokenizer"),
    LLAMA(false, List.of("tokenizer.model"), "LlamaTokenizer"),
    GEMMA(false, List.of("tokenizer.model"), "GemmaTokenizer"),
    /** Has no tokenizer.json: each letter of a protein is a token. */
    ESM(false, List.of("vocab.txt"), "EsmTokenizer"),
    /** Its blanks have names of their own, {@code <extra_id_0>} and so on. */
    T5(false, List.of("spiece.model"), "T5Tokenizer", "MT5Tokenizer"),
    /** Texts have a language: a token after them, or before. */
    MBART(false, List.of("sentencepiece.bpe.model"), "MBartTokenizer"),
    MBART50(false, List.of("sentencepiece.bpe.model"), "MBart50Tokenizer"),
    NLLB(false, List.of("sentencepiece.bpe.model"), "NllbTokenizer"),
    PEGASUS(false, List.of("spiece.model"), "PegasusTokenizer"),
    /** Sources and targets are split by two SentencePiece files, and numbered by a table. */
    MARIAN(false, List.of("source.spm", "target.spm", "vocab.json"), "MarianTokenizer"),
    /** Pieces are numbered by a table, and languages after it. */
    M2M_100(false, List.of("sentencepiece.bpe.model", "vocab.json"), "M2M100Tokenizer"),
    CODE_LLAMA(false, List.of("tokenizer.model"), "CodeLlamaTokenizer"),
    HERBERT(false, List.of("vocab.json", "merges.txt"), "HerbertTokenizer");

    /** The default class for each kind of model. */
    private static final Map<String, TokenizerClass> OF_MODELS = Map.ofEntries(
            Map.entry("albert", ALBERT),
            Map.entry("bart", ROBERTA),
            Map.entry("bert", BERT),
            Map.entry("camembert", CAMEMBERT),
            Map.entry("deberta", DEBERTA),
            Map.entry("deberta-v2", DEBERTA_V2),
            Map.entry("distilbert", BERT),
            Map.entry("electra", BERT),
            Map.entry("esm", ESM),
            Map.entry("gemma", GEMMA),
            Map.entry("gemma2", GEMMA),
            Map.entry("gemma3_text", GEMMA),
            Map.entry("gpt2", GPT2),
            Map.entry("gpt_neo", GPT2),
            Map.entry("gpt_neox", GPT_NEOX),
            Map.entry("granite", TOKENIZERS_BACKEND),
            Map.entry("m2m_100", M2M_100),
            Map.entry("marian", MARIAN),
            Map.entry("mbart", MBART),
            Map.entry("mistral", TOKENIZERS_BACKEND),
            Map.entry("modernbert", TOKENIZERS_BACKEND),
            Map.entry("mpnet", MPNET),
            Map.entry("mt5", T5),
            Map.entry("nomic_bert", BERT),
            Map.entry("olmo2", TOKENIZERS_BACKEND),
            Map.entry("opt", GPT2),
            Map.entry("pegasus", PEGASUS),
            Map.entry("phi", GPT2),
            Map.entry("phi3", TOKENIZERS_BACKEND),
            Map.entry("qwen2", QWEN2),
            Map.entry("qwen3", QWEN2),
            Map.entry("roberta", ROBERTA),
            Map.entry("stablelm", TOKENIZERS_BACKEND),
            Map.entry("starcoder2", GPT2),
            Map.entry("t5", T5),
            Map.entry("xlm-roberta", XLM_ROBERTA),
            Map.entry("xlm-roberta-xl", TOKENIZERS_BACKEND));

    /** Kinds of models whose published checkpoints often name a wrong class. */
    private static final Set<String> WRONGLY_NAMED = Set.of("modernbert", "qwen2");

    private final boolean tokenTypes;
    private final List<String> files;
    private final List<String> names;

    TokenizerClass(boolean tokenTypes, List<String> files, String... names) {
        this.tokenTypes = tokenTypes;
        this.files = files;
        this.names = List.of(names);
    }

    /** Its name in transformers. */
    String title() {
        return names.get(0);
    }

    /** Whether models get token types, unless the settings say otherwise. */
    boolean givesTokenTypes() {
        return tokenTypes;
    }

    /** The files of its vocabulary, if there is no tokenizer.json. */
    List<String> files() {
        return files;
    }

    /** Its default special tokens, by their names in transformers. */
    Map<String, String> specialTokens() {
        Map<String, String> roberta = new LinkedHashMap<>(Map.of("bos_token", "<s>", "eos_token", "</s>"));
        roberta.putAll(Map.of("sep_token", "</s>", "cls_token", "<s>", "unk_token", "<unk>"));
        roberta.putAll(Map.of("pad_token", "<pad>", "mask_token", "<mask>"));
        return switch (this) {
            case TOKENIZERS_BACKEND -> Map.of();
            case BERT, DISTIL_BERT ->
                Map.of(
                        "unk_token", "[UNK]",
                        "sep_token", "[SEP]",
                        "pad_token", "[PAD]",
                        "cls_token", "[CLS]",
                        "mask_token", "[MASK]");
            case ROBERTA, XLM_ROBERTA, CAMEMBERT, MBART, MBART50, NLLB -> roberta;
            case MPNET -> {
                roberta.put("unk_token", "[UNK]");
                yield roberta;
            }
            case ESM ->
                Map.of(
                        "unk_token", "<unk>",
                        "cls_token", "<cls>",
                        "pad_token", "<pad>",
                        "mask_token", "<mask>",
                        "eos_token", "<eos>");
            case PEGASUS ->
                Map.of(
                        "eos_token", "</s>",
                        "unk_token", "<unk>",
                        "pad_token", "<pad>",
                        "mask_token", "<mask_2>");
            case M2M_100 -> {
                roberta.keySet().removeAll(List.of("cls_token", "mask_token"));
                yield roberta;
            }
            case T5, MARIAN -> Map.of("eos_token", "</s>", "unk_token", "<unk>", "pad_token", "<pad>");
            case HERBERT -> {
                roberta.keySet().removeAll(List.of("bos_token", "eos_token"));
                yield roberta;
            }
            case ALBERT -> {
                roberta.putAll(Map.of("bos_token", "[CLS]", "eos_token", "[SEP]", "sep_token", "[SEP]"));
                roberta.putAll(Map.of("cls_token", "[CLS]", "mask_token", "[MASK]"));
                yield roberta;
            }
            case DEBERTA, DEBERTA_V2 -> {
                Map<String, String> named = new LinkedHashMap<>(Map.of("bos_token", "[CLS]", "eos_token", "[SEP]"));
                named.putAll(BERT.specialTokens());
                yield named;
            }
            case GPT2 ->
                Map.of("unk_token", "<|endoftext|>", "bos_token", "<|endoftext|>", "eos_token", "<|endoftext|>");
            case GPT_NEOX -> {
                Map<String, String> end = new LinkedHashMap<>(GPT2.specialTokens());
                end.put("pad_token", "<|padding|>");
                yield end;
            }
            case GEMMA -> {
                Map<String, String> named = new LinkedHashMap<>(Map.of("unk_token", "<unk>", "bos_token", "<bos>"));
                named.putAll(Map.of("eos_token", "<eos>", "pad_token", "<pad>", "mask_token", "<mask>"));
                yield named;
            }
            case QWEN2 ->
                Map.of("unk_token", "<|endoftext|>", "eos_token", "<|endoftext|>", "pad_token", "<|endoftext|>");
            case LLAMA, CODE_LLAMA -> Map.of("unk_token", "<unk>", "bos_token", "<s>", "eos_token", "</s>");
        };
    }

    private static final List<String> MBART_LANGUAGES = List.of(
            ("ar_AR cs_CZ de_DE en_XX es_XX et_EE fi_FI fr_XX gu_IN hi_IN it_IT ja_XX kk_KZ ko_KR lt_LT lv_LV my_MM"
                            + " ne_NP nl_XX ro_RO ru_RU si_LK tr_TR vi_VN zh_CN")
                    .split(" "));

    private static final List<String> MORE_LANGUAGES = List.of(
            ("af_ZA az_AZ bn_IN fa_IR he_IL hr_HR id_ID ka_GE km_KH mk_MK ml_IN mn_MN mr_IN pl_PL ps_AF pt_XX sv_SE"
                            + " sw_KE ta_IN te_IN th_TH tl_XX uk_UA ur_PK xh_ZA gl_ES sl_SI")
                    .split(" "));

    private static final List<String> M2M_LANGUAGES = List.of(
            ("af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr"
                            + " ht hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my"
                            + " ne nl no ns oc or pa pl ps pt ro ru sd si sk sl so sq sr ss su sv sw ta th tl tn tr"
                            + " uk ur uz vi wo xh yi yo zh zu")
                    .split(" "));

    /** Those of the translators that Facebook published for WMT 2021. */
    private static final List<String> WMT21_LANGUAGES = List.of("en ha is ja cs ru zh de".split(" "));

    /** The names of M2M-100's languages, of the list that its settings name. */
    List<String> languages(TokenizerSettings settings) {
        boolean fewer = settings.text("language_codes").filter("wmt21"::equals).isPresent();
        return (fewer ? WMT21_LANGUAGES : M2M_LANGUAGES)
                .stream().map(this::languageToken).toList();
    }

    /** How a language is written in a text, which the settings name. */
    String languageToken(String name) {
        return this == M2M_100 ? "__" + name + "__" : name;
    }

    /** Whether transformers reads SentencePiece files beside a table of ids, and no tokenizer.json. */
    boolean numbersPieces() {
        return this == MARIAN || this == M2M_100;
    }

    /** The names of its languages, in order; of NLLB, those that a vocabulary has. */
    List<String> languages(Set<String> vocabulary) {
        return switch (this) {
            case MBART -> MBART_LANGUAGES;
            case MBART50 ->
                Stream.concat(MBART_LANGUAGES.stream(), MORE_LANGUAGES.stream()).toList();
            case NLLB -> vocabulary.stream().filter(this::isLanguage).toList();
            default -> List.of();
        };
    }

    /** Whether a token names a language. */
    boolean isLanguage(String token) {
        return switch (this) {
            case MBART, MBART50 -> token.matches("[a-z]{2}_[A-Z]{2}");
            case NLLB -> token.matches("[a-z]{3}_[A-Z][a-z]{3}");
            case M2M_100 -> token.matches("__[a-z]{2,3}__");
            default -> false;
        };
    }

    /** Whether a text's language follows it, instead of coming first. */
    boolean languageLast() {
        return this == MBART;
    }

    /** The language of a text that names none, as settings name it. */
    String usualLanguage() {
        return switch (this) {
            case NLLB -> "eng_Latn";
            case M2M_100 -> "en";
            default -> "en_XX";
        };
    }

    /**
     * The chosen class.
     *
     * @param origin the setting that determined it
     */
    record Choice(TokenizerClass chosen, String origin) {}

    /**
     * The class that transformers' {@code AutoTokenizer} chooses.
     *
     * @param model the {@code model_type}
     * @param tokenizerConfig the class in tokenizer_config.json
     * @param config the class in config.json
     * @throws UserException if the class is unknown
     */
    static Choice of(Path folder, String model, Optional<String> tokenizerConfig, Optional<String> config) {
        TokenizerClass usual = OF_MODELS.get(model);
        Optional<String> named = tokenizerConfig.or(() -> config);
        String file = tokenizerConfig.isPresent() ? "tokenizer_config.json" : "config.json";
        if (named.isEmpty()) {
            TokenizerClass chosen = usual == null ? TOKENIZERS_BACKEND : usual;
            return new Choice(chosen, "the class of models of the type " + model);
        }
        if (usual == TOKENIZERS_BACKEND || usual != null && WRONGLY_NAMED.contains(model)) {
            return new Choice(
                    usual, "the class of all models of the type " + model + "; the one in " + file + " is ignored");
        }
        String name = withoutFast(named.get());
        TokenizerClass chosen = Arrays.stream(values())
                .filter(known -> known.names.contains(name))
                .findFirst()
                .orElseThrow(() -> new UserException(folder.resolve(file) + ": tokenizer_class is " + named.get()
                        + ", which Headlight doesn't know: choose a checkpoint whose tokenizer is one of "
                        + String.join(
                                ", ",
                                Arrays.stream(values())
                                        .map(TokenizerClass::title)
                                        .toList())
                        + "."));
        return new Choice(chosen, file);
    }

    private static String withoutFast(String name) {
        if (name.equals("PreTrainedTokenizerFast")) {
            return "TokenizersBackend";
        }
        return name.endsWith("Fast") ? name.substring(0, name.length() - 4) : name;
    }
}
