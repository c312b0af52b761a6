package dev.headlight.corpus;

/**
 * A mean over texts, each of which counts once however long it is.
 *
 * @param mean NaN where no text was measured
 * @param error its standard error: the sample's standard deviation by √n; NaN for fewer than two texts
 * @param texts n, those that could show it
 * @param share of these, how many do show it: their pattern's measure is above its threshold, or their difference from
 *     the baseline above 0; NaN where no text was measured
 */
public record Estimate(double mean, double error, long texts, double share) {}
