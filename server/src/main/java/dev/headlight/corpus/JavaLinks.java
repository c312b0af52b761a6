package dev.headlight.corpus;

import com.github.javaparser.JavaParser;
import com.github.javaparser.JavaToken;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ParserConfiguration.LanguageLevel;
import com.github.javaparser.Position;
import com.github.javaparser.Range;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.EnumConstantDeclaration;
import com.github.javaparser.ast.body.FieldDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.Parameter;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.SimpleName;
import com.github.javaparser.ast.expr.ThisExpr;
import com.github.javaparser.ast.expr.TypePatternExpr;
import com.github.javaparser.ast.nodeTypes.NodeWithSimpleName;
import com.github.javaparser.ast.stmt.BlockStmt;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import com.github.javaparser.ast.stmt.SwitchEntry;
import com.github.javaparser.ast.type.ClassOrInterfaceType;
import com.github.javaparser.ast.type.TypeParameter;
import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Relations in a Java file: what is declared where, as far as the file itself shows it. Its syntax tree is JavaParser's;
 * names are looked up here, from the innermost scope outwards, as JLS 6.3 and 6.4 say, without types: of methods of one
 * name, the one with as many parameters.
 */
final class JavaLinks {
    private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n|\\r|\\n");

    private enum Kind {
        VARIABLE,
        FIELD,
        TYPE,
        METHOD
    }

    /**
     * A declaration.
     *
     * @param scope where its name stands for it; of a variable, from its declaration on
     * @param parameters how many, of a method
     */
    private record Declared(Kind kind, Span name, Span scope, int parameters) {
        boolean covers(Span use) {
            return scope.contains(use) && (kind != Kind.VARIABLE || name.start() <= use.start());
        }
    }

    private final String text;
    private final List<Integer> lines = new ArrayList<>(List.of(0)); // where each begins
    private final Map<String, List<Declared>> declared = new HashMap<>();
    private final Map<Declared, Span> used = new HashMap<>(); // last
    private final List<Link> links = new ArrayList<>();

    private JavaLinks(String text) {
        this.text = text;
        Matcher breaks = LINE_BREAK.matcher(text);
        while (breaks.find()) {
            lines.add(breaks.end());
        }
    }

    /** The relations in a file; none if it is no Java. */
    static Optional<List<Link>> of(String text) {
        ParserConfiguration configuration = new ParserConfiguration()
                .setLanguageLevel(LanguageLevel.JAVA_21)
                .setAttributeComments(false);
        try {
            ParseResult<CompilationUnit> result = new JavaParser(configuration).parse(text);
            if (!result.isSuccessful() || result.getResult().isEmpty()) {
                return Optional.empty();
            }
            JavaLinks found = new JavaLinks(text);
            found.find(result.getResult().get());
            return Optional.of(found.links);
        } catch (StackOverflowError e) {
            return Optional.empty(); // nested deeper than anybody writes
        }
    }

    private void find(CompilationUnit unit) {
        unit.walk(this::declare);
        List<Node> uses = new ArrayList<>();
        unit.walk(uses::add);
        uses.stream()
                .filter(node -> node.getRange().isPresent())
                .sorted(Comparator.comparing(node -> node.getRange().get().begin))
                .forEach(this::use);
        brackets(unit);
    }

    private void brackets(CompilationUnit unit) {
        WordLinks.Brackets brackets = new WordLinks.Brackets();
        unit.getTokenRange().ifPresent(tokens -> {
            for (JavaToken token : tokens) {
                if (token.getText().length() == 1 && token.getRange().isPresent()) {
                    brackets.see(
                            token.getText().charAt(0), offset(token.getRange().get().begin));
                }
            }
        });
        links.addAll(brackets.links());
    }

    private void declare(Node node) {
        if (node instanceof TypeDeclaration<?> type) {
            whole(node).ifPresent(file -> add(Kind.TYPE, type, file, 0));
        } else if (node instanceof TypeParameter parameter) {
            parent(node).ifPresent(of -> add(Kind.TYPE, parameter, of, 0));
        } else if (node instanceof MethodDeclaration method) {
            parent(node)
                    .ifPresent(of ->
                            add(Kind.METHOD, method, of, method.getParameters().size()));
        } else if (node instanceof EnumConstantDeclaration constant) {
            parent(node).ifPresent(of -> add(Kind.FIELD, constant, of, 0));
        } else if (node instanceof Parameter parameter) {
            parent(node).ifPresent(of -> add(Kind.VARIABLE, parameter, of, 0));
        } else if (node instanceof TypePatternExpr pattern) {
            block(node).flatMap(this::span).ifPresent(of -> add(Kind.VARIABLE, pattern, of, 0));
        } else if (node instanceof VariableDeclarator variable) {
            Node statement = node.getParentNode().orElse(node);
            boolean field = statement instanceof FieldDeclaration;
            Optional<Node> scope = field || isStatement(statement)
                    ? statement.getParentNode().flatMap(of -> field ? Optional.of(of) : of.getParentNode())
                    : statement.getParentNode();
            scope.flatMap(this::span).ifPresent(of -> add(field ? Kind.FIELD : Kind.VARIABLE, variable, of, 0));
        }
    }

    /** Whether variables are declared by a statement of a block, not in the head of a loop or try. */
    private static boolean isStatement(Node declarations) {
        return declarations.getParentNode().orElse(null) instanceof ExpressionStmt statement
                && (statement.getParentNode().orElse(null) instanceof BlockStmt
                        || statement.getParentNode().orElse(null) instanceof SwitchEntry);
    }

    private static Optional<Node> block(Node node) {
        Optional<Node> at = node.getParentNode();
        while (at.isPresent() && !(at.get() instanceof BlockStmt)) {
            at = at.get().getParentNode();
        }
        return at;
    }

    private Optional<Span> whole(Node node) {
        return node.findCompilationUnit().flatMap(this::span);
    }

    private Optional<Span> parent(Node node) {
        return node.getParentNode().flatMap(this::span);
    }

    private void add(Kind kind, NodeWithSimpleName<?> node, Span scope, int parameters) {
        SimpleName name = node.getName();
        span(name)
                .ifPresent(span -> declared.computeIfAbsent(name.getIdentifier(), same -> new ArrayList<>())
                        .add(new Declared(kind, span, scope, parameters)));
    }

    private void use(Node node) {
        if (node instanceof NameExpr name) {
            declaration(name.getName(), Kind.VARIABLE, Kind.FIELD)
                    .or(() -> declaration(name.getName(), Kind.TYPE))
                    .ifPresent(of -> used(of, name.getName()));
        } else if (node instanceof FieldAccessExpr field && field.getScope() instanceof ThisExpr) {
            declaration(field.getName(), Kind.FIELD).ifPresent(of -> used(of, field.getName()));
        } else if (node instanceof ClassOrInterfaceType type && type.getScope().isEmpty()) {
            declaration(type.getName(), Kind.TYPE).ifPresent(of -> used(of, type.getName()));
        } else if (node instanceof MethodCallExpr call) {
            call(call);
        }
    }

    private void used(Declared declaration, SimpleName name) {
        span(name).ifPresent(use -> {
            links.add(new Link(Relation.USE_TO_DECLARATION, use, declaration.name()));
            Span before = used.put(declaration, use);
            if (before != null) {
                links.add(new Link(Relation.USE_TO_USE, use, before));
            }
        });
    }

    private void call(MethodCallExpr call) {
        Optional<Span> name = span(call.getName());
        if (name.isEmpty()) {
            return;
        }
        boolean own = call.getScope().isEmpty() || call.getScope().get() instanceof ThisExpr;
        if (own) {
            callee(call).ifPresent(of -> links.add(new Link(Relation.CALL_TO_CALLEE, name.get(), of.name())));
        }
        for (Expression argument : call.getArguments()) {
            argument.getTokenRange()
                    .flatMap(tokens -> tokens.getBegin().getRange())
                    .ifPresent(first -> links.add(new Link(Relation.ARGUMENT_TO_CALL, span(first), name.get())));
        }
    }

    private Optional<Declared> callee(MethodCallExpr call) {
        int arguments = call.getArguments().size();
        Optional<Span> use = span(call.getName());
        List<Declared> all = candidates(call.getName(), use.orElseThrow(), Kind.METHOD);
        return all.stream()
                .filter(method -> method.parameters() == arguments)
                .findFirst()
                .or(() -> all.stream().findFirst());
    }

    private Optional<Declared> declaration(SimpleName name, Kind... kinds) {
        return span(name).flatMap(use -> candidates(name, use, kinds).stream().findFirst());
    }

    /** The innermost first; of variables in one scope, the last before the use. */
    private List<Declared> candidates(SimpleName name, Span use, Kind... kinds) {
        return declared.getOrDefault(name.getIdentifier(), List.of()).stream()
                .filter(of -> List.of(kinds).contains(of.kind())
                        && of.covers(use)
                        && !of.name().equals(use))
                .sorted(Comparator.comparingInt((Declared of) -> of.scope().length())
                        .thenComparingInt(of -> of.kind() == Kind.METHOD
                                ? of.name().start()
                                : -of.name().start()))
                .toList();
    }

    private Optional<Span> span(Node node) {
        return node.getRange().map(this::span);
    }

    private Span span(Range range) {
        int end = Math.min(text.length(), offset(range.end) + 1);
        return new Span(Math.min(offset(range.begin), end), end);
    }

    private int offset(Position position) {
        return lines.get(Math.min(position.line, lines.size()) - 1) + position.column - 1;
    }
}
