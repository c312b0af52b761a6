package dev.headlight.intellij;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Implements an interface by another object's methods of the same name; other methods are an error. */
final class StandIn {
    private StandIn() {}

    static <T> T of(Class<T> type, Object methods) {
        return type.cast(Proxy.newProxyInstance(
                StandIn.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    case "toString" -> type.getSimpleName();
                    default -> call(methods, method, arguments);
                }));
    }

    private static Object call(Object methods, Method method, Object[] arguments) throws Throwable {
        int count = arguments == null ? 0 : arguments.length;
        for (Method own : methods.getClass().getDeclaredMethods()) {
            if (own.getName().equals(method.getName()) && own.getParameterCount() == count) {
                own.setAccessible(true);
                try {
                    return own.invoke(methods, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }
        }
        throw new AssertionError("nobody expected " + method);
    }
}
