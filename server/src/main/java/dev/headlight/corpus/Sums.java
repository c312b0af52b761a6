package dev.headlight.corpus;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;

/**
 * Sums of numbers between −4096 and 4096, exact once each number is rounded to a multiple of 2⁻⁵⁰. So they don't depend on
 * the order in which numbers are added and sums are merged, as sums of floating-point numbers would. Different places may
 * be added to on different threads.
 */
final class Sums {
    /** Bits after the point. */
    static final int FRACTION = 50;

    private static final double ONE = 1L << FRACTION;
    private static final double LARGEST = 4096;

    private final long[] high;
    private final long[] low; // unsigned

    Sums(int size) {
        this.high = new long[size];
        this.low = new long[size];
    }

    void add(int at, double number) {
        if (!(Math.abs(number) < LARGEST)) {
            throw new IllegalArgumentException("no sum with " + number);
        }
        long units = (long) Math.rint(number * ONE); // an instruction, which Math.round isn't
        add(at, units >> Long.SIZE - 1, units);
    }

    private void add(int at, long moreHigh, long moreLow) {
        long sum = low[at] + moreLow;
        high[at] += moreHigh + (Long.compareUnsigned(sum, moreLow) < 0 ? 1 : 0);
        low[at] = sum;
    }

    /** Adds others, place by place. */
    void add(Sums others) {
        for (int at = 0; at < high.length; at++) {
            add(at, others.high[at], others.low[at]);
        }
    }

    /** In units of 2⁻⁵⁰. */
    BigInteger units(int at) {
        BigInteger lower = BigInteger.valueOf(low[at]);
        BigInteger unsigned = low[at] < 0 ? lower.add(BigInteger.ONE.shiftLeft(Long.SIZE)) : lower;
        return BigInteger.valueOf(high[at]).shiftLeft(Long.SIZE).add(unsigned);
    }

    double at(int at) {
        return Math.scalb(units(at).doubleValue(), -FRACTION);
    }

    void write(DataOutput out) throws IOException {
        for (int at = 0; at < high.length; at++) {
            out.writeLong(high[at]);
            out.writeLong(low[at]);
        }
    }

    void read(DataInput in) throws IOException {
        for (int at = 0; at < high.length; at++) {
            high[at] = in.readLong();
            low[at] = in.readLong();
        }
    }
}
