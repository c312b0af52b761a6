package dev.headlight.signatures;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The signatures of JetBrains' classes recorded in facts.txt, and how a compiled class differs from them. */
final class Facts {
    private final Map<String, Set<String>> lines = new HashMap<>();
    private final Set<String> namesOnly = new HashSet<>();
    /** The source of each class, as a file and a commit. */
    final Map<String, String> sources = new HashMap<>();

    Facts(String text) {
        String source = "";
        Set<String> current = null;
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("@ ")) {
                source = line.substring(2);
            } else if (line.startsWith("- ")) {
                current.add(line.substring(2));
            } else {
                String name = line.replaceFirst("^\\? ", "");
                if (!name.equals(line)) {
                    namesOnly.add(name);
                }
                sources.put(name, source);
                current = lines.computeIfAbsent(name, key -> new HashSet<>());
            }
        }
    }

    Set<String> classes() {
        return lines.keySet();
    }

    /** The members of a class that are missing in facts.txt or differ from it. */
    List<String> differences(Class<?> type) {
        Set<String> read = lines.get(type.getName());
        if (read == null) {
            return List.of(type.getName() + ": nobody read it");
        }
        List<String> found = new ArrayList<>();
        Stream<String> members =
                Stream.concat(members(type), namesOnly.contains(type.getName()) ? Stream.of() : supertypes(type));
        members.filter(member -> !read.contains(member)).forEach(member -> found.add(type.getName() + ": " + member));
        return found;
    }

    private static Stream<String> supertypes(Class<?> type) {
        Stream<Class<?>> own = Stream.concat(
                Stream.ofNullable(type.getSuperclass())
                        .filter(parent -> parent != Object.class && parent != Enum.class),
                Arrays.stream(type.getInterfaces()));
        return own.map(Class::getName);
    }

    /** The visible members, in the format of facts.txt. */
    private static Stream<String> members(Class<?> type) {
        Stream<String> constructors = Arrays.stream(type.getDeclaredConstructors())
                .filter(Facts::visible)
                .map(one -> "<init>(" + parameters(one) + "):V");
        Stream<String> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(Facts::visible)
                .filter(one -> !one.isBridge() && !one.isSynthetic() && !isEnumMethod(type, one))
                .map(one -> flags(one.getModifiers()) + one.getName() + "(" + parameters(one) + "):"
                        + name(one.getReturnType()));
        Stream<String> fields =
                Arrays.stream(type.getDeclaredFields()).filter(Facts::visible).map(Facts::field);
        return Stream.of(constructors, methods, fields).flatMap(one -> one);
    }

    private static String field(Field field) {
        return flags(field.getModifiers()) + field.getName() + ":" + name(field.getType());
    }

    private static boolean isEnumMethod(Class<?> type, Method method) {
        return type.isEnum() && Set.of("values", "valueOf").contains(method.getName());
    }

    private static boolean visible(java.lang.reflect.Member member) {
        return Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
    }

    private static String flags(int modifiers) {
        String flags = (Modifier.isStatic(modifiers) ? "s" : "")
                + (Modifier.isFinal(modifiers) ? "f" : "")
                + (Modifier.isAbstract(modifiers) ? "a" : "");
        return flags.isEmpty() ? "" : flags + ":";
    }

    private static String parameters(java.lang.reflect.Executable member) {
        return Arrays.stream(member.getParameterTypes()).map(Facts::name).collect(Collectors.joining(","));
    }

    private static String name(Class<?> type) {
        return type.isArray()
                ? name(type.getComponentType()) + "[]"
                : Map.of("void", "V", "int", "I", "boolean", "Z").getOrDefault(type.getName(), type.getName());
    }
}
