package dev.headlight.model;

import ai.djl.ndarray.NDManager;
import dev.headlight.weights.Config;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * How a configuration sets rotary positions: their base, how much of a head turns, and how they are scaled for longer
 * texts, as transformers' {@code modeling_rope_utils.py} reads it.
 *
 * @param config the whole configuration
 * @param scaling {@code rope_scaling}, or {@code rope_parameters} where there is none
 * @param baseName where the base is outside of these
 * @param base if none is set
 * @param partName where it says, outside of these, how much of a head turns; null if always all of it does
 * @param part if that is not said
 */
record RotarySettings(
        Config config, Optional<Config> scaling, String baseName, double base, String partName, double part) {
    private static final String PART = "partial_rotary_factor";

    private static final List<String> TYPES = List.of("default", "linear", "dynamic", "yarn", "longrope", "llama3");

    /** Settings of a model that has one kind of rotary positions, of whole heads. */
    static RotarySettings of(Config config, double base) {
        return new RotarySettings(config, either(config), "rope_theta", base, null, 1);
    }

    /** The same, where a part of each head may turn. */
    static RotarySettings partly(Config config, String baseName, String partName, double part) {
        return partly(config, baseName, partName, part, 10_000);
    }

    /** The same, of another base if none is set. */
    static RotarySettings partly(Config config, String baseName, String partName, double part, double base) {
        return new RotarySettings(config, either(config), baseName, base, partName, part);
    }

    /**
     * Settings of one kind of layers of a model that has several.
     *
     * @param scales whether {@code rope_scaling} of older configurations is about these
     */
    static RotarySettings ofKind(Config config, String kind, boolean scales, String baseName, double base) {
        Optional<Config> older = scales ? config.at("rope_scaling") : Optional.empty();
        Optional<Config> scaling = older.or(() -> config.at("rope_parameters").flatMap(all -> all.at(kind)));
        return new RotarySettings(config, scaling, baseName, base, null, 1);
    }

    private static Optional<Config> either(Config config) {
        return config.at("rope_scaling").or(() -> config.at("rope_parameters"));
    }

    /** The scaling's settings; only asked for where there is a type of it. */
    private Config set() {
        return scaling.orElse(config);
    }

    private double theta() {
        double usual = config.number(baseName, base);
        return scaling.map(set -> set.number("rope_theta", usual)).orElse(usual);
    }

    private double turningPart() {
        String name = partName == null ? PART : partName;
        double usual = config.number(name, part);
        double turning = scaling.map(set -> set.number(PART, usual)).orElse(usual);
        if (partName == null && turning != 1) {
            throw (scaling.filter(set -> set.has(PART)).orElse(config)).error(PART, "1");
        }
        return turning;
    }

    private String type() {
        if (scaling.isEmpty()) {
            return "default";
        }
        String name = set().has("rope_type") ? "rope_type" : "type";
        String type = set().string(name, "default");
        boolean phi = config.string("model_type", "").equals("phi3");
        if (phi && (type.equals("su") || type.equals("yarn"))) {
            return "longrope"; // older names of it, in Phi-3's configurations
        }
        if (!TYPES.contains(type)) {
            throw set().error(name, "one of " + String.join(", ", TYPES));
        }
        return type;
    }

    /** How many tokens the model takes: dynamic scaling is for texts that are longer than those it was trained on. */
    int positions() {
        int positions = config.positive("max_position_embeddings");
        return type().equals("dynamic") ? (int) Math.min(1e9, positions * factor()) : positions;
    }

    /**
     * The rotary positions.
     *
     * @param headSize d
     * @param positions how many tokens a text may have
     */
    Rotary build(int headSize, int positions, NDManager scope) {
        int size = (int) (headSize * turningPart());
        if (size % 2 != 0 || size < 2 || size > headSize) {
            throw config.error("head_dim", "of an even number of which " + turningPart() + " turns");
        }
        double theta = theta();
        float[] speeds = speeds(theta, size);
        return switch (type()) {
            case "linear" -> Rotary.of(divided(speeds, factor()), 1, positions, scope);
            case "llama3" -> Rotary.of(llama3(speeds), 1, positions, scope);
            case "yarn" -> Rotary.of(yarn(theta, speeds), yarnFactor(), positions, scope);
            case "dynamic" -> {
                int trained = config.positive("max_position_embeddings");
                IntFunction<float[]> longer = tokens -> speeds(
                        theta * Math.pow(factor() * tokens / trained - (factor() - 1), size / (size - 2.0)), size);
                yield lengthy(speeds, trained, longer, 1, positions, scope);
            }
            case "longrope" -> {
                float[] stretched = divided(speeds, factors("long_factor", speeds.length));
                float[] usual = divided(speeds, factors("short_factor", speeds.length));
                yield lengthy(usual, original(), tokens -> stretched, longropeFactor(), positions, scope);
            }
            default -> Rotary.of(speeds, 1, positions, scope);
        };
    }

    private static Rotary lengthy(
            float[] usual, int longest, IntFunction<float[]> longer, double factor, int positions, NDManager scope) {
        int shown = Math.min(longest, positions);
        return new Rotary(Rotary.Table.of(usual, factor, shown, scope), shown, Optional.of(longer), factor);
    }

    /** Radians a position, base^(−2i/r), in float32 as transformers computes them. */
    private static float[] speeds(double base, int size) {
        float[] speeds = new float[size / 2];
        for (int i = 0; i < speeds.length; i++) {
            speeds[i] = 1 / (float) Math.pow(base, 2f * i / size);
        }
        return speeds;
    }

    private static float[] divided(float[] speeds, double... factors) {
        float[] divided = speeds.clone();
        for (int i = 0; i < divided.length; i++) {
            divided[i] /= (float) factors[factors.length == 1 ? 0 : i];
        }
        return divided;
    }

    private double factor() {
        return set().number("factor").orElseThrow(() -> set().error("factor", "a positive number"));
    }

    /** Each speed's own factor. */
    private double[] factors(String name, int count) {
        List<Double> factors = set().numbers(name).orElse(List.of());
        if (factors.size() != count || factors.stream().anyMatch(factor -> factor <= 0)) {
            throw set().error(name, count + " positive numbers");
        }
        return factors.stream().mapToDouble(factor -> factor).toArray();
    }

    /** How many tokens the model was first trained on. */
    private int original() {
        int usual = config.string("model_type", "").equals("phi3")
                ? 4096
                : set().positive("original_max_position_embeddings", config.positive("max_position_embeddings"));
        return config.positive("original_max_position_embeddings", usual);
    }

    /** Slow turns are slowed down more, as Llama 3.1 does. */
    private float[] llama3(float[] speeds) {
        double slow = set().number("low_freq_factor", 1);
        double fast = set().number("high_freq_factor", 4);
        double trained = original();
        float[] changed = speeds.clone();
        for (int i = 0; i < speeds.length; i++) {
            double wavelength = 2 * Math.PI / speeds[i];
            double slowed = speeds[i] / factor();
            double mixed = (trained / wavelength - slow) / (fast - slow);
            if (wavelength > trained / slow) {
                changed[i] = (float) slowed;
            } else if (wavelength >= trained / fast) {
                changed[i] = (float) ((1 - mixed) * slowed + mixed * speeds[i]);
            }
        }
        return changed;
    }

    /** Fast turns stay, slow ones are slowed down, those between are mixed (YaRN, Peng et al. 2023). */
    private float[] yarn(double theta, float[] speeds) {
        int size = 2 * speeds.length;
        double low = turning(set().number("beta_fast", 32), size, theta);
        double high = turning(set().number("beta_slow", 1), size, theta);
        if (set().flag("truncate", true)) {
            low = Math.floor(low);
            high = Math.ceil(high);
        }
        low = Math.max(low, 0);
        high = Math.min(high, size - 1);
        double width = low == high ? 0.001 : high - low;
        float[] changed = new float[speeds.length];
        for (int i = 0; i < speeds.length; i++) {
            double slowed = Math.max(0, Math.min(1, (i - low) / width));
            changed[i] = (float) (speeds[i] / factor() * slowed + speeds[i] * (1 - slowed));
        }
        return changed;
    }

    /** The place among the speeds of one that turns so often in the texts of the training. */
    private double turning(double turns, int size, double theta) {
        return size * Math.log(original() / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }

    private double yarnFactor() {
        if (set().has("mscale") && set().has("mscale_all_dim") && !set().has("attention_factor")) {
            return longer(set().number("mscale", 1)) / longer(set().number("mscale_all_dim", 1));
        }
        return set().number("attention_factor", longer(1));
    }

    private double longer(double scale) {
        return factor() <= 1 ? 1 : 0.1 * scale * Math.log(factor()) + 1;
    }

    private double longropeFactor() {
        double stretch = set().number("factor", config.positive("max_position_embeddings") / (double) original());
        double usual = stretch <= 1 ? 1 : Math.sqrt(1 + Math.log(stretch) / Math.log(original()));
        return set().number("attention_factor", usual);
    }
}
