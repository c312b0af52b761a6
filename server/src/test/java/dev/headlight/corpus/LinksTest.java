package dev.headlight.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinksTest {
    /** Such as "planet@3→planet@20", with offsets. */
    private static List<String> found(List<Link> links, String text, Relation relation) {
        return links.stream()
                .filter(link -> link.relation() == relation)
                .map(link -> link.from().of(text) + "@" + link.from().start() + "→"
                        + link.to().of(text) + "@" + link.to().start())
                .toList();
    }

    private static List<String> java(String code, Relation relation) {
        return found(JavaLinks.of(code).orElseThrow(), code, relation);
    }

    @Test
    void wordsLeadToTheirNearestOtherOccurrence() {
        String text = "A dog saw the Dog. Don't dog.";
        assertThat(found(WordLinks.of(text), text, Relation.SAME_WORD_BEFORE))
                .containsExactly("Dog@14→dog@2", "dog@25→Dog@14");
        assertThat(found(WordLinks.of(text), text, Relation.SAME_WORD_AFTER))
                .containsExactly("dog@2→Dog@14", "Dog@14→dog@25");
    }

    @Test
    void capitalsThatBeginASentenceAreNone() {
        String text = "In Paris, Maia met Tom. Then she and I saw Oslo.";
        assertThat(found(WordLinks.of(text), text, Relation.CAPITALISED_BEFORE))
                .containsExactly("Maia@10→Paris@3", "Tom@19→Maia@10", "Oslo@43→Tom@19");
    }

    @Test
    void numbersAreWholeWithTheirPoints() {
        String text = "3.14 or 1,000 of b2b in 7.";
        assertThat(found(WordLinks.of(text), text, Relation.NUMBER_BEFORE))
                .containsExactly("1,000@8→3.14@0", "7@24→1,000@8");
    }

    @Test
    void bracketsHaveTheirOwnPartner() {
        String text = "f(a[1], {b}) ] (";
        assertThat(found(WordLinks.brackets(text), text, Relation.OPENING_TO_CLOSING))
                .containsExactly("[@3→]@5", "{@8→}@10", "(@1→)@11");
    }

    @Test
    void bracketsOfCodeAreNotThoseInStringsAndComments() {
        String code = "class A { String s = \"(\"; /* [ */ char c = '{'; }";
        assertThat(java(code, Relation.CLOSING_TO_OPENING)).containsExactly("}@" + (code.length() - 1) + "→{@8");
    }

    @Test
    void namesLeadToTheDeclarationInTheInnermostScope() {
        String code = """
                class A {
                    int x;
                    int f(int x) {
                        int y = x + this.x;
                        for (int i = 0; i < y; i++) { x += i; }
                        return y;
                    }
                    int g() { return x; }
                }
                """;
        int field = code.indexOf("x;");
        int parameter = code.indexOf("x) {");
        assertThat(java(code, Relation.USE_TO_DECLARATION).stream().filter(link -> link.startsWith("x")))
                .containsExactly(
                        "x@" + code.indexOf("x + this") + "→x@" + parameter,
                        "x@" + (code.indexOf("this.x") + 5) + "→x@" + field,
                        "x@" + code.indexOf("x += i") + "→x@" + parameter,
                        "x@" + code.lastIndexOf("x;") + "→x@" + field);
        assertThat(java(code, Relation.USE_TO_USE).stream().filter(link -> link.startsWith("y")))
                .containsExactly("y@" + code.indexOf("y; }".replace(" }", "\n")) + "→y@" + code.indexOf("y; i++"));
    }

    @Test
    void typesPatternsLambdasAndRecordsDeclareNames() {
        String code = """
                record P(int left, T other) {
                    static <T> int f(Object o, java.util.List<P> all) {
                        if (o instanceof P p && p.left > 0) { all.forEach(each -> g(each)); }
                        try (var in = open()) { in.read(); } catch (Exception e) { throw new Error(e); }
                        return switch (o) { case Integer i -> i; default -> K.ONE.ordinal(); };
                    }
                    int sum() { return left; }
                    enum K { ONE }
                }
                """;
        List<String> names = java(code, Relation.USE_TO_DECLARATION).stream()
                .map(link -> link.substring(0, link.indexOf('@')))
                .collect(Collectors.toList());
        assertThat(names).containsExactly("P", "o", "P", "p", "all", "each", "in", "e", "o", "i", "K", "left");
    }

    @Test
    void callsLeadToTheMethodWithAsManyParameters() {
        String code = """
                class A {
                    void f() { g(1, h()); this.g(2); other.g(3); }
                    void g(int a) {}
                    void g(int a, int b) {}
                    int h() { return 0; }
                }
                """;
        int one = code.indexOf("g(int a) ");
        int two = code.indexOf("g(int a, ");
        assertThat(java(code, Relation.CALL_TO_CALLEE))
                .containsExactlyInAnyOrder(
                        "g@" + code.indexOf("g(1") + "→g@" + two,
                        "h@" + code.indexOf("h()") + "→h@" + code.indexOf("h() {"),
                        "g@" + code.indexOf("g(2") + "→g@" + one);
        assertThat(java(code, Relation.ARGUMENT_TO_CALL))
                .containsExactlyInAnyOrder(
                        "1@" + (code.indexOf("g(1") + 2) + "→g@" + code.indexOf("g(1"),
                        "h@" + code.indexOf("h()") + "→g@" + code.indexOf("g(1"),
                        "2@" + (code.indexOf("g(2") + 2) + "→g@" + code.indexOf("g(2"),
                        "3@" + (code.indexOf("g(3") + 2) + "→g@" + code.indexOf("g(3"));
    }

    @Test
    void placesAreRightWithTabsAndAnyLineBreaks() {
        String code = "class A {\r\n\tint é😀x;\r\tint f() { return é; }\n}".replace("é😀x", "é");
        assertThat(java(code, Relation.USE_TO_DECLARATION))
                .containsExactly("é@" + code.lastIndexOf('é') + "→é@" + code.indexOf('é'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"class A {", "def f(x): return x", "\u0000", "x = ("})
    void whatIsNoJavaIsNotParsed(String code) {
        assertThat(JavaLinks.of(code)).isEmpty();
    }

    @Test
    void codeThatIsNestedTooDeeplyIsNotParsed() {
        assertThat(JavaLinks.of("class A { int x = " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + "; }"))
                .isEmpty();
    }
}
