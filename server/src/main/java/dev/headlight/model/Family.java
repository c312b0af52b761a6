package dev.headlight.model;

import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Torch;
import dev.headlight.weights.Checkpoint;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/**
 * A loaded model of one family. A family defines its tensor names and its differences; the blocks are shared. Passes of
 * one model may run on several threads at once.
 */
public sealed interface Family extends AutoCloseable permits Transformer, SequenceToSequence {

    /** Builds a family's model. */
    interface Recipe {
        Family build(Build build);
    }

    /** How the models of each {@code model_type} are built. */
    Map<String, Recipe> RECIPES = new TreeMap<>(Map.ofEntries(
            Map.entry("albert", Albert::build),
            Map.entry("bart", Bart::build),
            Map.entry("bert", Bert::build),
            Map.entry("bloom", Bloom::build),
            Map.entry("camembert", Roberta::build),
            Map.entry("deberta", Deberta::first),
            Map.entry("deberta-v2", Deberta::second),
            Map.entry("distilbert", DistilBert::build),
            Map.entry("electra", Electra::build),
            Map.entry("esm", Esm::build),
            Map.entry("eurobert", Llama::build),
            Map.entry("falcon", Falcon::build),
            Map.entry("gemma", Llama::build),
            Map.entry("gemma2", Llama::build),
            Map.entry("gemma3_text", Llama::build),
            Map.entry("gpt2", Gpt2::build),
            Map.entry("gpt_neo", GptNeo::build),
            Map.entry("gpt_neox", GptNeoX::build),
            Map.entry("granite", Llama::build),
            Map.entry("llama", Llama::build),
            Map.entry("m2m_100", Bart::build),
            Map.entry("marian", Bart::build),
            Map.entry("mbart", Bart::build),
            Map.entry("mistral", Llama::build),
            Map.entry("modernbert", ModernBert::build),
            Map.entry("mpnet", MpNet::build),
            Map.entry("mt5", T5::build),
            Map.entry("nomic_bert", NomicBert::build),
            Map.entry("olmo2", Llama::build),
            Map.entry("opt", Opt::build),
            Map.entry("pegasus", Bart::build),
            Map.entry("phi", Phi::build),
            Map.entry("phi3", Llama::build),
            Map.entry("qwen2", Llama::build),
            Map.entry("qwen3", Llama::build),
            Map.entry("roberta", Roberta::build),
            Map.entry("smollm3", Llama::build),
            Map.entry("stablelm", Llama::build),
            Map.entry("starcoder2", Starcoder2::build),
            Map.entry("t5", T5::build),
            Map.entry("xlm-roberta", Roberta::build),
            Map.entry("xlm-roberta-xl", XlmRobertaXl::build)));

    /**
     * Loads the model of a checkpoint.
     *
     * @throws dev.headlight.UserException if the family is unknown, or a tensor or setting is invalid
     */
    static Family load(Checkpoint checkpoint, Torch torch, Kernels kernels) {
        Config config = checkpoint.config();
        Recipe recipe = RECIPES.get(config.string("model_type"));
        if (recipe == null) {
            throw config.error("model_type", "one of " + String.join(", ", RECIPES.keySet()));
        }
        NDManager scope = torch.manager();
        try {
            return recipe.build(new Build(config, Weights.of(checkpoint, scope, kernels::stored), kernels, scope));
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    /** The values of {@code model_type} that {@link #load} supports. */
    static List<String> types() {
        return List.copyOf(RECIPES.keySet());
    }

    Dimensions dimensions();

    /** Whether the checkpoint has a language modeling head. */
    boolean predicts();

    /** The kinds of attention that a pass records, in order, each with its layers' masks, [L]. */
    Map<AttentionKind, List<Mask>> masks();

    /** What a kind of attention does to its scores, in all of its layers. */
    default Scores scores(AttentionKind kind) {
        return Scores.PLAIN;
    }

    /** Whether the model reads from left to right and predicts what follows instead of filling blanks. */
    default boolean causal() {
        return masks().containsKey(AttentionKind.SELF)
                && masks().get(AttentionKind.SELF).get(0).causal();
    }

    /**
     * One pass.
     *
     * @param input tokens, checked here before native code sees them
     * @param logitRows the positions to compute logits at; only {@link #predicts} models may be asked for any
     * @param cancellation checked between layers; throws {@link CancellationException} to end the pass
     * @return queries, keys and logits, to be closed by the caller
     */
    default Trace forward(Input input, int[] logitRows, Cancellation cancellation) {
        return forward(input, logitRows, Without.NOTHING, cancellation);
    }

    /**
     * The same with something taken out.
     *
     * @throws dev.headlight.OutOfRangeException if that does not exist
     */
    default Trace forward(Input input, int[] logitRows, Without without, Cancellation cancellation) {
        return forward(input, logitRows, without, Optional.empty(), cancellation);
    }

    /**
     * The same of a text that goes on: only the tokens after those of an earlier pass are computed. They look at its keys
     * and values, and the trace is that of the whole text.
     *
     * @param logitRows among the tokens that are new
     * @param past of the text's beginning, with the same taken out; of an encoder-decoder, of the same source and the
     *     target's beginning. It stays open
     */
    Trace forward(Input input, int[] logitRows, Without without, Optional<Trace> past, Cancellation cancellation);

    /**
     * Runs several texts at once and shows their attention, of which no more than a layer is held. Those of a model of one
     * stack need to have equally many tokens.
     *
     * @param texts what to run, [C], checked here before native code sees it
     * @param watcher sees the attention of all of them
     * @param cancellation checked between layers
     * @throws NotFiniteException if a weight is not finite
     */
    void attend(List<Input> texts, Watcher watcher, Cancellation cancellation);

    /**
     * Runs a text once, for variants of it to be computed.
     *
     * @param row the position whose logits are asked for; only {@link #predicts} models may be asked
     * @param without what the model does without, and each variant, too
     * @return to be closed by the caller
     * @throws dev.headlight.OutOfRangeException if that does not exist
     */
    Variants variants(Input input, int row, Without without, Cancellation cancellation);

    /** The sizes of each kind of attention that a pass has. */
    Map<AttentionKind, Without.Extent> extents(Input input);

    @Override
    void close();
}
