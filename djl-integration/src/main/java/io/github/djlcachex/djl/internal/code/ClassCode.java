package io.github.djlcachex.djl.internal.code;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The code of a class as its class file has it: its methods, and the lambdas that they create.
 *
 * @param name the internal name of the class
 * @param superName the internal name of its superclass, or null
 * @param interfaces the internal names of its interfaces
 * @param methods its methods by name and descriptor, in that order
 * @param lambdas the places where its methods make lambdas
 * @param changing the names of fields that its methods may change when it was made, and prepared if
 *     it is a translator
 * @param readsOuter whether it reads the object around it, as inner classes can
 */
record ClassCode(
        String name,
        @Nullable String superName,
        List<String> interfaces,
        Map<String, MethodCode> methods,
        List<LambdaSite> lambdas,
        Set<String> changing,
        boolean readsOuter) {

    /**
     * An instruction that creates lambdas of one kind.
     *
     * @param descriptor the types of what the lambda captures, and the interface that it implements
     * @param target the method that the lambda calls
     */
    record LambdaSite(String descriptor, Handle target) {}

    private static final Pattern CHANGES =
            Pattern.compile("add|put|set|remove|clear|offer|push|pop|poll|compute|merge|replace");

    /** Returns the code of a class, or null if its class file cannot be read. */
    static @Nullable ClassCode read(Class<?> type) {
        String file = "/" + type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            return in == null ? null : parse(new ClassReader(in));
        } catch (IOException | IllegalArgumentException e) {
            return null; // the caller reports the class as code that was not seen
        }
    }

    private static ClassCode parse(ClassReader reader) {
        Collector collector = new Collector();
        reader.accept(collector, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        Set<String> preparing = Preparation.methodsOf(reader.getClassName(), collector.methods);
        return new ClassCode(
                reader.getClassName(),
                reader.getSuperName(),
                Arrays.asList(reader.getInterfaces()),
                collector.methods,
                collector.lambdas,
                changing(collector.changes, preparing),
                collector.readsOuter);
    }

    private static Set<String> changing(Map<String, Changes> changes, Set<String> preparing) {
        Set<String> changing = new HashSet<>();
        changes.forEach(
                (key, of) ->
                        changing.addAll(preparing.contains(key) ? of.counted() : of.changed()));
        return changing;
    }

    /**
     * The fields that a method changes.
     *
     * @param changed the names of the fields that it writes, or whose collections it may change
     * @param counted those of numbers that it also reads, as what counts its calls
     */
    private record Changes(Set<String> changed, Set<String> counted) {}

    private static final class Collector extends ClassVisitor {

        private final Map<String, MethodCode> methods = new TreeMap<>();
        private final List<LambdaSite> lambdas = new ArrayList<>();
        private final Map<String, Changes> changes = new TreeMap<>();
        private boolean readsOuter;

        Collector() {
            super(Opcodes.ASM9);
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            return new MethodCode.Writer(lambdas::add) {
                private final Set<String> read = new HashSet<>();
                private final Set<String> written = new HashSet<>();
                private final Set<String> numbers = new HashSet<>();
                private boolean changesCollections;

                @Override
                public void visitFieldInsn(int opcode, String owner, String field, String type) {
                    readsOuter |= opcode == Opcodes.GETFIELD && field.startsWith("this$");
                    if (type.length() == 1) { // a primitive type
                        numbers.add(field);
                    }
                    if (opcode == Opcodes.GETFIELD) {
                        read.add(field);
                    } else if (opcode == Opcodes.PUTFIELD) {
                        written.add(field);
                    }
                    super.visitFieldInsn(opcode, owner, field, type);
                }

                @Override
                public void visitMethodInsn(
                        int opcode, String owner, String called, String types, boolean ofType) {
                    changesCollections |=
                            owner.startsWith("java/util/") && CHANGES.matcher(called).lookingAt();
                    super.visitMethodInsn(opcode, owner, called, types, ofType);
                }

                @Override
                public void visitEnd() {
                    if (!name.equals("<init>")) {
                        numbers.retainAll(written);
                        numbers.retainAll(read);
                        written.addAll(changesCollections ? read : Set.of());
                        changes.put(name + descriptor, new Changes(written, numbers));
                    }
                    methods.put(name + descriptor, code((access & Opcodes.ACC_SYNTHETIC) != 0));
                }
            };
        }
    }

    /** Tells whether a bootstrap method creates lambdas. */
    static boolean makesLambda(Handle bootstrap) {
        return bootstrap.getOwner().equals("java/lang/invoke/LambdaMetafactory");
    }

    /** Returns the descriptor of the instructions that create lambdas of a class. */
    static String siteOf(Class<?> lambda) {
        Type[] captured =
                Arrays.stream(lambda.getDeclaredFields())
                        .map(field -> Type.getType(field.getType()))
                        .toArray(Type[]::new);
        return Type.getMethodDescriptor(Type.getType(lambda.getInterfaces()[0]), captured);
    }
}
