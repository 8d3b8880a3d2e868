package org.ppl4j.tensor.internal.around;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.ppl4j.tensor.internal.around.ClassCode.Body;
import org.ppl4j.tensor.internal.around.ClassCode.Call;
import org.ppl4j.tensor.internal.around.ClassCode.Lambda;

/**
 * Reads the instructions of a method. Of arrays of numbers it knows which the method has made
 * itself, as for arguments of any number: those hold nothing but what the method has put there.
 */
final class BodyReader extends MethodVisitor {

  /** The types of arrays of which tensors can be made. */
  static final ImmutableSet<String> ARRAYS = ImmutableSet.of("[D", "[[D", "[I", "[J", "[Z");

  /** Bootstraps that compute of their arguments alone. */
  private static final ImmutableSet<String> PURE =
      ImmutableSet.of(
          "java/lang/invoke/StringConcatFactory",
          "java/lang/runtime/ObjectMethods",
          "java/lang/runtime/SwitchBootstraps");

  private final Consumer<Body> result;
  private final ImmutableSet.Builder<Member> reads = ImmutableSet.builder();
  private final ImmutableSet.Builder<Call> calls = ImmutableSet.builder();
  private final ImmutableSet.Builder<String> makes = ImmutableSet.builder();
  private final ImmutableSet.Builder<Lambda> lambdas = ImmutableSet.builder();
  private final ImmutableSet.Builder<Member> passed = ImmutableSet.builder();
  private final ImmutableSet.Builder<String> unknown = ImmutableSet.builder();
  private final Map<String, Deque<Boolean>> arrays =
      new HashMap<>(); // made elsewhere; latest first
  private final Map<Integer, String> slots = new HashMap<>(); // variables with arrays of elsewhere
  private final Set<String> latest = new HashSet<>(); // the types of what was just put there
  private boolean readsArrays;
  private boolean isInSwitch;

  BodyReader(boolean isStatic, String descriptor, Consumer<Body> result) {
    super(Opcodes.ASM9);
    this.result = result;
    int slot = isStatic ? 0 : 1;
    for (Type type : Type.getArgumentTypes(descriptor)) {
      if (ARRAYS.contains(type.getDescriptor())) {
        slots.put(slot, type.getDescriptor());
      }
      slot += type.getSize();
    }
  }

  private void array(String type, boolean isFromElsewhere) {
    if (ARRAYS.contains(type)) {
      arrays.computeIfAbsent(type, key -> new ArrayDeque<>()).addFirst(isFromElsewhere);
      if (isFromElsewhere) {
        latest.add(type);
      }
    }
  }

  @Override
  public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
    latest.clear();
    if (opcode == Opcodes.GETFIELD || opcode == Opcodes.GETSTATIC) {
      if (name.startsWith("$SwitchMap$")) { // of the compiler, for a switch over an enum
        isInSwitch = true;
        return;
      }
      reads.add(new Member(owner, name, descriptor));
      array(descriptor, true);
    }
  }

  @Override
  public void visitMethodInsn(
      int opcode, String owner, String name, String descriptor, boolean isInterface) {
    latest.clear();
    Member method = new Member(owner, name, descriptor);
    calls.add(
        new Call(method, opcode == Opcodes.INVOKEVIRTUAL || opcode == Opcodes.INVOKEINTERFACE));
    for (String type : ARRAYS) {
      Iterator<Boolean> given = arrays.getOrDefault(type, new ArrayDeque<>()).iterator();
      for (Type argument : Type.getArgumentTypes(descriptor)) {
        if (argument.getDescriptor().equals(type) && given.hasNext() && given.next()) {
          passed.add(method);
        }
      }
    }
    array(Type.getReturnType(descriptor).getDescriptor(), true);
  }

  @Override
  public void visitInvokeDynamicInsn(
      String name, String descriptor, Handle bootstrap, Object... arguments) {
    latest.clear();
    if (bootstrap.getOwner().equals("java/lang/invoke/LambdaMetafactory")) {
      lambdas.add(new Lambda(descriptor, call((Handle) arguments[1])));
    } else if (!PURE.contains(bootstrap.getOwner())) {
      unknown.add("a dynamic call by " + bootstrap.getOwner().replace('/', '.'));
    }
  }

  private static Call call(Handle handle) {
    boolean isVirtual =
        handle.getTag() == Opcodes.H_INVOKEVIRTUAL || handle.getTag() == Opcodes.H_INVOKEINTERFACE;
    return new Call(new Member(handle.getOwner(), handle.getName(), handle.getDesc()), isVirtual);
  }

  @Override
  public void visitTypeInsn(int opcode, String type) {
    latest.clear();
    switch (opcode) {
      case Opcodes.NEW -> makes.add(type);
      case Opcodes.ANEWARRAY -> array("[" + type, false);
      case Opcodes.CHECKCAST -> array(type, true);
      default -> {}
    }
  }

  @Override
  public void visitIntInsn(int opcode, int operand) {
    latest.clear();
    if (opcode == Opcodes.NEWARRAY) {
      switch (operand) {
        case Opcodes.T_DOUBLE -> array("[D", false);
        case Opcodes.T_INT -> array("[I", false);
        case Opcodes.T_LONG -> array("[J", false);
        case Opcodes.T_BOOLEAN -> array("[Z", false);
        default -> {}
      }
    }
  }

  @Override
  public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
    latest.clear();
    array(descriptor, false);
  }

  @Override
  public void visitVarInsn(int opcode, int variable) {
    if (opcode == Opcodes.ASTORE) {
      latest.forEach(type -> slots.put(variable, type));
    }
    latest.clear();
    if (opcode == Opcodes.ALOAD && slots.containsKey(variable)) {
      array(slots.get(variable), true);
    }
  }

  @Override
  public void visitInsn(int opcode) {
    latest.clear();
    switch (opcode) {
      case Opcodes.IALOAD -> {
        readsArrays |= !isInSwitch;
        isInSwitch = false;
      }
      case Opcodes.DALOAD, Opcodes.LALOAD, Opcodes.BALOAD -> readsArrays = true;
      case Opcodes.AALOAD -> ARRAYS.forEach(type -> array(type, true));
      default -> {}
    }
  }

  @Override
  public void visitEnd() {
    result.accept(
        new Body(
            ImmutableList.copyOf(reads.build()),
            ImmutableList.copyOf(calls.build()),
            ImmutableList.copyOf(makes.build()),
            ImmutableList.copyOf(lambdas.build()),
            ImmutableList.copyOf(passed.build()),
            readsArrays,
            ImmutableList.copyOf(unknown.build())));
  }
}
