package dev.headlight.text;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where comments and strings begin and end in a programming language. It has what tells prose from code, and no more of
 * a language.
 *
 * @param delimiters in the order in which they are tried
 */
record Syntax(List<Delimiter> delimiters) {
    private static final Map<String, Syntax> LANGUAGES = new HashMap<>();

    static {
        Delimiter slashes = line("//");
        Delimiter stars = block("/*", "*/");
        Delimiter hash = line("#");
        Delimiter word = hash.afterSpace(); // $# and a#b are no comments
        Delimiter dashes = line("--");
        Delimiter percent = line("%");
        Delimiter semicolon = line(";");
        Delimiter docs = string("\"\"\"").overLines();
        Delimiter singles = string("'''").overLines();
        Delimiter single = string("'");
        Delimiter rest = string("\""); // most have it
        Delimiter lines = rest.overLines();
        Delimiter ticks = string("`").overLines();
        Delimiter raw = single.literal();
        Delimiter character = single.oneCharacter(); // 'a also names types and lifetimes
        Delimiter sharp = block("#|", "|#");

        add(
                "c cpp objective-c objective-cpp objc cuda-cpp cuda arduino glsl hlsl wgsl proto proto3 d",
                slashes,
                stars,
                between("R\"(", ")\"").overLines().literal(),
                rest,
                single);
        add("java groovy scala kotlin swift dart pkl jsonc json5 json jsonl", slashes, stars, docs, rest, single);
        add("csharp cs", slashes, stars, docs, between("@\"", "\"").overLines().literal(), rest, single);
        add(
                "javascript javascriptreact typescript typescriptreact js ts jsx tsx qml actionscript haxe",
                slashes,
                stars,
                ticks,
                rest,
                single);
        add("go gomod", slashes, stars, ticks, rest, single);
        add("rust zig v odin ron", slashes, stars.nested(), lines, character);
        add("css scss less sass stylus", slashes, stars, rest, single);
        add("php", slashes, hash, stars, rest, single);
        add("sql plsql mysql pgsql plpgsql sqlite", dashes, stars, raw.overLines(), rest);
        add("python cython starlark bzl bazel gdscript mojo", hash, docs, singles, rest, single);
        add("ruby crystal", block("=begin", "=end").atLineStart(), hash, rest, single);
        add(
                "perl raku perl6",
                block("=pod", "=cut").atLineStart(),
                block("=head", "=cut").atLineStart(),
                block("=begin", "=cut").atLineStart(),
                hash,
                rest,
                single);
        add(
                "shellscript sh bash zsh ksh fish elvish nushell nu awk tcl just snippets dockerfile dockercompose"
                        + " docker-compose conf cfg config ignore gitignore gitattributes git-rebase gitconfig"
                        + " sshconfig sshdconfig tmux makefile make gnumakefile bsdmakefile meson desktop systemd",
                word,
                rest,
                single);
        add("powershell ps1", block("<#", "#>"), word, rest, raw);
        add("cmake", block("#[[", "]]"), hash, rest);
        add("yaml yml toml editorconfig", word, docs, singles, rest, raw);
        add(
                "properties jproperties java-properties",
                hash.atLineStart(),
                line("!").atLineStart());
        add("ini dosini", semicolon.atLineStart(), hash.atLineStart(), rest);
        add("terraform hcl tf terraform-vars nomad", hash, slashes, stars, rest);
        add("nix", hash, stars, string("''").overLines().literal(), rest);
        add("graphql", hash, docs, rest);
        add("coffeescript coffee", block("###", "###"), hash, docs, rest, single);
        add("julia", block("#=", "=#").nested(), hash, docs, rest);
        add("r", hash, rest, single);
        add("elixir", hash, docs, rest, single);
        add("nim", block("#[", "]#").nested(), hash, docs, rest);
        add(
                "lua luau",
                block("--[[", "]]"),
                dashes,
                between("[[", "]]").overLines().literal(),
                rest,
                single);
        add("haskell purescript elm idris agda lhaskell", block("{-", "-}").nested(), dashes, docs, rest);
        add("ada vhdl applescript", dashes, rest);
        add("lean lean4", block("/-", "-/").nested(), dashes, rest);
        add("ocaml reason fsharp coq rocq sml standardml", block("(*", "*)").nested(), slashes, lines, character);
        add("pascal delphi objectpascal", block("{", "}"), block("(*", "*)"), slashes, raw);
        add(
                "clojure lisp commonlisp emacs-lisp elisp scheme racket fennel janet lfe",
                sharp.nested(),
                semicolon,
                lines);
        add("asm nasm gas masm", semicolon, hash, rest, single);
        add("erlang prolog", percent, rest, single);
        add("matlab octave", block("%{", "%}").nested(), percent, hash, rest, raw);
        add("fortran fortran90 fortran-modern f90", line("!"), rest, single);
        add("vb vbscript basic visual-basic", line("'"), rest.literal());
        add("bat batch dosbatch", line("rem ").atLineStart(), line("::").atLineStart());
        add("vim viml vimscript", line("\"").atLineStart(), raw);
        add("cobol", line("*").atLineStart(), rest, single);
        add("apl", line("⍝"), raw);
        add("solidity verilog systemverilog", slashes, stars, rest);
    }

    /** What is special about a delimiter. */
    enum Trait {
        /** Only what is between the two is prose. */
        STRING,
        /** A string may have several lines. */
        OVER_LINES,
        /** A backslash is a letter. */
        LITERAL,
        /** One character is between the two, so that there is no prose. */
        ONE_CHARACTER,
        /** A comment may be in a comment. */
        NESTED,
        /** Only white space is before it in its line. */
        AT_LINE_START,
        /** White space is before it. */
        AFTER_SPACE
    }

    /**
     * What starts and ends a comment or a string.
     *
     * @param close empty for a line comment
     */
    record Delimiter(String open, String close, Set<Trait> traits) {

        boolean is(Trait trait) {
            return traits.contains(trait);
        }

        private Delimiter with(Trait trait) {
            Set<Trait> more = EnumSet.of(trait);
            more.addAll(traits);
            return new Delimiter(open, close, more);
        }

        Delimiter overLines() {
            return with(Trait.OVER_LINES);
        }

        Delimiter literal() {
            return with(Trait.LITERAL);
        }

        Delimiter oneCharacter() {
            return with(Trait.ONE_CHARACTER);
        }

        Delimiter nested() {
            return with(Trait.NESTED);
        }

        Delimiter atLineStart() {
            return with(Trait.AT_LINE_START);
        }

        Delimiter afterSpace() {
            return with(Trait.AFTER_SPACE);
        }
    }

    private static Delimiter line(String open) {
        return block(open, "");
    }

    private static Delimiter block(String open, String close) {
        return new Delimiter(open, close, Set.of());
    }

    private static Delimiter string(String quote) {
        return between(quote, quote);
    }

    private static Delimiter between(String open, String close) {
        return new Delimiter(open, close, Set.of(Trait.STRING));
    }

    private static void add(String names, Delimiter... delimiters) {
        Syntax syntax = new Syntax(List.of(delimiters));
        for (String name : names.split(" ")) {
            LANGUAGES.put(name, syntax);
        }
    }

    /** The syntax of a language by one of its names. */
    static Optional<Syntax> of(String name) {
        return Optional.ofNullable(LANGUAGES.get(name));
    }

    /** The first characters of the delimiters, in either case: all others are skipped quickly. */
    BitSet firsts() {
        BitSet firsts = new BitSet();
        for (Delimiter delimiter : delimiters) {
            firsts.set(delimiter.open().charAt(0));
            firsts.set(Character.toUpperCase(delimiter.open().charAt(0)));
        }
        return firsts;
    }
}
