package dev.headlight.corpus;

import dev.headlight.AttentionKind;
import dev.headlight.Sha256;
import dev.headlight.corpus.Quantities.Part;
import dev.headlight.inspect.HeadPattern;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What was measured of all heads in some texts. Adding is associative and commutative, to the last bit: sums are exact
 * ({@link Sums}), and lists of texts have a total order. So texts may be split among machines and added up in any order.
 * Different heads may be added to on different threads; everything else is for one thread at a time.
 */
public final class Statistics {
    /** How many of the texts that show something most are kept for each head. */
    public static final int LISTED_TEXTS = 10;

    private static final int MAGIC = 0x484c4331; // HLC1
    private static final int DIGEST_BYTES = 32;
    private static final BigInteger DIGESTS = BigInteger.ONE.shiftLeft(Byte.SIZE * DIGEST_BYTES);

    private final List<HeadPlace> heads;
    private final long[] texts; // [head · quantity]
    private final long[] shown; // likewise
    private final Sums sums;
    private final Sums squares;
    private final List<List<Shown>> lists = new ArrayList<>(); // [head · list], the most first
    private final double[] least; // [head · list], of a value to be listed
    private final long[] links = new long[Relation.values().length];
    private final long[] counts = new long[Count.values().length];
    private BigInteger digest = BigInteger.ZERO;

    /** What is counted besides. */
    public enum Count {
        DOCUMENTS,
        TEXTS,
        TOKENS,
        /** Documents of code that are no Java, of which only brackets were found. */
        UNPARSED
    }

    /** Of no texts. */
    public Statistics(List<HeadPlace> heads) {
        this.heads = List.copyOf(heads);
        int size = heads.size() * Quantities.COUNT;
        this.texts = new long[size];
        this.shown = new long[size];
        this.sums = new Sums(size);
        this.squares = new Sums(size);
        this.least = new double[heads.size() * Quantities.LISTED];
        Arrays.fill(least, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < least.length; i++) {
            lists.add(new ArrayList<>());
        }
    }

    /** The heads, in the order of their numbers here. */
    public List<HeadPlace> heads() {
        return heads;
    }

    public long count(Count what) {
        return counts[what.ordinal()];
    }

    /** How many pairs of places were measured. */
    public long links(Relation relation) {
        return links[relation.ordinal()];
    }

    /**
     * Which texts these are, whatever their order: the sum of the SHA-256 of each id, a line feed and the text, in UTF-8,
     * modulo 2²⁵⁶, in hexadecimal digits.
     */
    public String fingerprint() {
        byte[] bytes = digest.toByteArray();
        byte[] whole = new byte[DIGEST_BYTES];
        int used = Math.min(bytes.length, DIGEST_BYTES);
        System.arraycopy(bytes, bytes.length - used, whole, DIGEST_BYTES - used, used);
        return HexFormat.of().formatHex(whole);
    }

    void count(Count what, long more) {
        counts[what.ordinal()] += more;
    }

    void countLinks(Relation relation, long more) {
        links[relation.ordinal()] += more;
    }

    /** Counts a text; what its heads do is added by {@link #add(int, double[], Sample)}. */
    void count(Sample sample, int tokens) {
        count(Count.TEXTS, 1);
        count(Count.TOKENS, tokens);
        byte[] hash = Sha256.digest().digest((sample.id() + "\n" + sample.text()).getBytes(StandardCharsets.UTF_8));
        digest = digest.add(new BigInteger(1, hash)).mod(DIGESTS);
    }

    /**
     * Adds what a head does in a text.
     *
     * @param head its number
     * @param values of each of the {@link Quantities}; NaN for those that the text can't show
     */
    void add(int head, double[] values, Sample sample) {
        int first = head * Quantities.COUNT;
        for (int quantity = 0; quantity < Quantities.COUNT; quantity++) {
            double value = values[quantity];
            if (!Double.isNaN(value)) {
                int at = first + quantity;
                texts[at]++;
                shown[at] += Quantities.isShown(quantity, value) ? 1 : 0;
                sums.add(at, value);
                squares.add(at, value * value);
            }
        }
        for (int list = 0; list < Quantities.LISTED; list++) {
            double value = values[Quantities.quantityOf(list)];
            if (value >= least[head * Quantities.LISTED + list]) { // NaN is not
                insert(head * Quantities.LISTED + list, new Shown(value, sample));
            }
        }
    }

    private void insert(int number, Shown more) {
        List<Shown> list = lists.get(number);
        int at = list.size();
        while (at > 0 && Shown.MOST_FIRST.compare(more, list.get(at - 1)) < 0) {
            at--;
        }
        list.add(at, more);
        if (list.size() > LISTED_TEXTS) {
            list.remove(LISTED_TEXTS);
        }
        if (list.size() == LISTED_TEXTS) {
            least[number] = list.get(LISTED_TEXTS - 1).value();
        }
    }

    /**
     * Adds what was measured of other texts by the same model.
     *
     * @throws IllegalArgumentException if the heads are others
     */
    public void add(Statistics others) {
        if (!heads.equals(others.heads)) {
            throw new IllegalArgumentException(others.heads.size() + " heads added to " + heads.size() + " others");
        }
        for (int at = 0; at < texts.length; at++) {
            texts[at] += others.texts[at];
            shown[at] += others.shown[at];
        }
        sums.add(others.sums);
        squares.add(others.squares);
        for (int at = 0; at < lists.size(); at++) {
            for (Shown more : others.lists.get(at)) {
                if (more.value() >= least[at]) {
                    insert(at, more);
                }
            }
        }
        for (int at = 0; at < links.length; at++) {
            links[at] += others.links[at];
        }
        for (int at = 0; at < counts.length; at++) {
            counts[at] += others.counts[at];
        }
        digest = digest.add(others.digest).mod(DIGESTS);
    }

    /**
     * The mean of one of the {@link Quantities}.
     *
     * @param head its number
     */
    public Estimate estimate(int head, int quantity) {
        int at = head * Quantities.COUNT + quantity;
        long n = texts[at];
        if (n == 0) {
            return new Estimate(Double.NaN, Double.NaN, 0, Double.NaN);
        }
        BigInteger sum = sums.units(at);
        // n Σx² − (Σx)², exactly, for a difference of numbers that are nearly equal has few digits left
        BigInteger spread = squares.units(at)
                .multiply(BigInteger.valueOf(n))
                .shiftLeft(Sums.FRACTION)
                .subtract(sum.multiply(sum));
        double variance = Math.scalb(spread.max(BigInteger.ZERO).doubleValue(), -2 * Sums.FRACTION) / n / (n - 1);
        return new Estimate(sums.at(at) / n, n < 2 ? Double.NaN : Math.sqrt(variance / n), n, (double) shown[at] / n);
    }

    /** The texts in which a head shows a pattern most, the most first. */
    public List<Shown> most(int head, HeadPattern pattern) {
        return List.copyOf(lists.get(head * Quantities.LISTED + Quantities.listOf(pattern)));
    }

    /** The texts in which a head's weight along a relation is largest, the most first. */
    public List<Shown> most(int head, Relation relation) {
        return List.copyOf(lists.get(head * Quantities.LISTED + Quantities.listOf(relation)));
    }

    /** The mean of one part of a relation. */
    public Estimate estimate(int head, Relation relation, Part part) {
        return estimate(head, Quantities.of(relation, part));
    }

    /** All of it, for {@link #of}: to be kept, or sent to another machine. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater fast = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes, fast))) {
            out.writeInt(MAGIC);
            out.writeInt(Quantities.COUNT);
            out.writeInt(Quantities.LISTED);
            out.writeInt(heads.size());
            for (HeadPlace head : heads) {
                out.writeByte(head.kind().ordinal());
                out.writeInt(head.layer());
                out.writeInt(head.head());
            }
            writeLongs(out, texts);
            writeLongs(out, shown);
            sums.write(out);
            squares.write(out);
            writeLongs(out, links);
            writeLongs(out, counts);
            out.write(HexFormat.of().parseHex(fingerprint()));
            writeLists(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            fast.end();
        }
        return bytes.toByteArray();
    }

    /** The texts once each, for several heads list the same. */
    private void writeLists(DataOutputStream out) throws IOException {
        Map<Sample, Integer> numbers = new LinkedHashMap<>();
        lists.forEach(list -> list.forEach(each -> numbers.putIfAbsent(each.sample(), numbers.size())));
        out.writeInt(numbers.size());
        for (Sample sample : numbers.keySet()) {
            writeText(out, sample.id());
            writeText(out, sample.text());
        }
        for (List<Shown> list : lists) {
            out.writeByte(list.size());
            for (Shown each : list) {
                out.writeDouble(each.value());
                out.writeInt(numbers.get(each.sample()));
            }
        }
    }

    /**
     * Reads what {@link #toBytes} made.
     *
     * @throws IOException if it is something else
     */
    public static Statistics of(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
            if (in.readInt() != MAGIC || in.readInt() != Quantities.COUNT || in.readInt() != Quantities.LISTED) {
                throw new IOException("other statistics");
            }
            List<HeadPlace> heads = new ArrayList<>();
            AttentionKind[] kinds = AttentionKind.values();
            for (int left = in.readInt(); left > 0; left--) {
                heads.add(new HeadPlace(kinds[in.readByte()], in.readInt(), in.readInt()));
            }
            Statistics read = new Statistics(heads);
            readLongs(in, read.texts);
            readLongs(in, read.shown);
            read.sums.read(in);
            read.squares.read(in);
            readLongs(in, read.links);
            readLongs(in, read.counts);
            read.digest = new BigInteger(1, in.readNBytes(DIGEST_BYTES));
            read.readLists(in);
            return read;
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("damaged statistics", e);
        }
    }

    private void readLists(DataInputStream in) throws IOException {
        Sample[] samples = new Sample[in.readInt()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = new Sample(readText(in), readText(in));
        }
        for (int list = 0; list < least.length; list++) {
            for (int left = in.readByte(); left > 0; left--) {
                insert(list, new Shown(in.readDouble(), samples[in.readInt()]));
            }
        }
    }

    private static void writeLongs(DataOutputStream out, long[] numbers) throws IOException {
        for (long number : numbers) {
            out.writeLong(number);
        }
    }

    private static void readLongs(DataInputStream in, long[] numbers) throws IOException {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = in.readLong();
        }
    }

    /** Not by writeUTF, which takes 64 KB at most. */
    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        byte[] bytes = in.readNBytes(in.readInt());
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Statistics of && Arrays.equals(toBytes(), of.toBytes());
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }
}
