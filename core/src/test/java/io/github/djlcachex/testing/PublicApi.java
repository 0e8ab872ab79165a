package io.github.djlcachex.testing;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What users of a package can call, as lines of text. */
public final class PublicApi {

    private PublicApi() {}

    /** Returns the public types of packages below a directory of classes, with their members. */
    public static List<String> of(Path classes, String... packages)
            throws IOException, ReflectiveOperationException {
        List<String> lines = new ArrayList<>();
        for (String name : packages) {
            for (Class<?> type : typesIn(classes, name)) {
                lines.add(typeLine(type));
                membersOf(type).map(line -> "    " + line).sorted().forEach(lines::add);
            }
        }
        return lines;
    }

    private static List<Class<?>> typesIn(Path classes, String packageName)
            throws IOException, ReflectiveOperationException {
        List<String> names;
        try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
            names =
                    files.map(file -> String.valueOf(file.getFileName()))
                            .filter(file -> file.endsWith(".class"))
                            .filter(file -> !file.contains("-info"))
                            .map(file -> file.substring(0, file.length() - ".class".length()))
                            .sorted()
                            .toList();
        }
        List<Class<?>> types = new ArrayList<>();
        for (String name : names) {
            Class<?> type =
                    Class.forName(
                            packageName + "." + name, false, PublicApi.class.getClassLoader());
            if (isSeen(type)) {
                types.add(type);
            }
        }
        return types;
    }

    private static boolean isSeen(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && !type.isAnonymousClass()
                && (type.getEnclosingClass() == null || isSeen(type.getEnclosingClass()));
    }

    private static String typeLine(Class<?> type) {
        String kind = type.isInterface() ? "" : type.isEnum() ? "enum " : "class ";
        String above =
                type.getSuperclass() == null || type.getSuperclass() == Object.class
                        ? ""
                        : " extends " + type.getSuperclass().getName();
        return internal(type) + modifiers(type.getModifiers()) + kind + type.getName() + above;
    }

    private static Stream<String> membersOf(Class<?> type) {
        Stream<String> members =
                Stream.of(
                                Arrays.stream(type.getDeclaredConstructors()),
                                Arrays.stream(type.getDeclaredMethods()),
                                Arrays.stream(type.getDeclaredFields()))
                        .flatMap(each -> each)
                        .filter(member -> isSeen((Member) member))
                        .map(member -> internal((AnnotatedElement) member) + text(member));
        Class<?> above = type.getSuperclass();
        return above == null || Modifier.isPublic(above.getModifiers())
                ? members
                : Stream.concat(
                        members, // javac makes those of a hidden class the type's own
                        membersOf(above).filter(line -> !line.contains("abstract ")));
    }

    private static boolean isSeen(Member member) {
        return (Modifier.isPublic(member.getModifiers())
                        || Modifier.isProtected(member.getModifiers()))
                && !member.isSynthetic();
    }

    private static String internal(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations())
                        .anyMatch(a -> a.annotationType().getSimpleName().equals("Internal"))
                ? "internal "
                : "";
    }

    private static String text(Object member) {
        if (member instanceof Field field) {
            return modifiers(field.getModifiers())
                    + field.getGenericType().getTypeName()
                    + " "
                    + field.getName();
        }
        Executable executable = (Executable) member;
        List<String> parameters =
                Arrays.stream(executable.getGenericParameterTypes())
                        .map(type -> type.getTypeName())
                        .toList();
        String name =
                executable instanceof Method method
                        ? method.getGenericReturnType().getTypeName() + " " + method.getName()
                        : ((Constructor<?>) executable).getDeclaringClass().getSimpleName();
        return modifiers(executable.getModifiers() & Modifier.methodModifiers())
                + name
                + "("
                + String.join(", ", parameters)
                + ")";
    }

    private static String modifiers(int modifiers) {
        int shown =
                modifiers
                        & (Modifier.STATIC
                                | Modifier.ABSTRACT
                                | Modifier.PROTECTED
                                | Modifier.FINAL
                                | Modifier.INTERFACE);
        return shown == 0 ? "" : Modifier.toString(shown) + " ";
    }
}
