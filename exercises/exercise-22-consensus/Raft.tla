--------------------------------- MODULE Raft ---------------------------------
(* Three servers keep one list: the same specification as raft.ts, with lib/raft-world.ts. *)
(* The names of the actions are the same in both.                                           *)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS Terms,     \* the newest term there is
          Commands,  \* how many different commands clients ask for: 1, 2, ...
          Restarts,  \* how often a server restarts, all of them together
          Again,     \* how often a client that has heard nothing asks for the same again
          Led,       \* 1: begin when s1 already leads in term 1, by the vote of s2
          s1, s2, s3, Nobody

Server == {s1, s2, s3}
Majority == 2

VARIABLES term, votedFor, log,    \* on disk
          role, votes, copies,    \* in memory
          committed,              \* what leaders have told clients
          asked, restarts

vars == << term, votedFor, log, role, votes, copies, committed, asked, restarts >>

------------------------------------------------------------------------------
(* The rules *)

\* What of its vote a server still knows after a restart.
VoteAfterRestart(s) == Nobody

IsUpToDate(candidate, voter) == Len(candidate) >= Len(voter)

Max(numbers) == CHOOSE n \in numbers : \A other \in numbers : n >= other

\* How many entries of its log a leader may call committed.
CommittedBy(s) ==
    Max({0} \union {i \in 1..Len(log[s]) :
        Cardinality({f \in Server : copies[s][f] >= i}) >= Majority})

------------------------------------------------------------------------------
(* The promises *)

Leaders == {s \in Server : role[s] = "leader"}

ElectionSafety == \A a, b \in Leaders : term[a] = term[b] => a = b

LogMatching ==
    \A a, b \in Server : \A i \in 1..Len(log[a]) :
        i <= Len(log[b]) /\ log[a][i].term = log[b][i].term
            => \A j \in 1..i : log[a][j] = log[b][j]

LeaderCompleteness == TRUE

StateMachineSafety == TRUE

------------------------------------------------------------------------------
(* What can happen *)

None == [f \in Server |-> 0]

Init ==
    /\ term = [s \in Server |-> IF Led = 1 /\ s /= s3 THEN 1 ELSE 0]
    /\ votedFor = [s \in Server |-> IF Led = 1 /\ s /= s3 THEN s1 ELSE Nobody]
    /\ log = [s \in Server |-> << >>]
    /\ role = [s \in Server |-> IF Led = 1 /\ s = s1 THEN "leader" ELSE "follower"]
    /\ votes = [s \in Server |-> {}]
    /\ copies = [s \in Server |-> None]
    /\ committed = {}
    /\ asked = [c \in 1..Commands |-> 0]
    /\ restarts = 0

\* A server that hears of term t: in a newer one it has given nobody its vote.
VoteIn(s, t) == IF t > term[s] THEN Nobody ELSE votedFor[s]

Timeout(s) ==
    /\ role[s] /= "leader" /\ term[s] < Terms
    /\ term' = [term EXCEPT ![s] = @ + 1]
    /\ votedFor' = [votedFor EXCEPT ![s] = s]
    /\ role' = [role EXCEPT ![s] = "candidate"]
    /\ votes' = [votes EXCEPT ![s] = {s}]
    /\ copies' = [copies EXCEPT ![s] = None]
    /\ UNCHANGED << log, committed, asked, restarts >>

Vote(c, v) ==
    /\ c /= v /\ role[c] = "candidate" /\ v \notin votes[c] /\ term[v] <= term[c]
    /\ VoteIn(v, term[c]) \in {Nobody, c}
    /\ IsUpToDate(log[c], log[v])
    /\ votedFor' = [votedFor EXCEPT ![v] = c]
    /\ votes' = [votes EXCEPT ![c] = @ \union {v}, ![v] = IF term[c] > term[v] THEN {} ELSE @]
    /\ role' = [role EXCEPT ![v] = IF term[c] > term[v] THEN "follower" ELSE @]
    /\ copies' = [copies EXCEPT ![v] = IF term[c] > term[v] THEN None ELSE @]
    /\ term' = [term EXCEPT ![v] = term[c]]
    /\ UNCHANGED << log, committed, asked, restarts >>

Win(s) ==
    /\ role[s] = "candidate" /\ Cardinality(votes[s]) >= Majority
    /\ role' = [role EXCEPT ![s] = "leader"]
    /\ votes' = [votes EXCEPT ![s] = {}]
    /\ copies' = [copies EXCEPT ![s] = [None EXCEPT ![s] = Len(log[s])]]
    /\ UNCHANGED << term, votedFor, log, committed, asked, restarts >>

Fresh == {c \in 1..Commands : asked[c] = 0 /\ \A d \in 1..(c - 1) : asked[d] > 0}

RECURSIVE Repeats(_)
Repeats(c) == IF c = 0 THEN 0 ELSE Repeats(c - 1) + (IF asked[c] > 1 THEN asked[c] - 1 ELSE 0)

Known == {c \in 1..Commands : asked[c] > 0 /\ Repeats(Commands) < Again}

Ask(s) ==
    /\ role[s] = "leader"
    /\ \E c \in Fresh \union Known :
        /\ log' = [log EXCEPT ![s] = Append(@, [term |-> term[s], command |-> c])]
        /\ copies' = [copies EXCEPT ![s][s] = Len(log[s]) + 1]
        /\ asked' = [asked EXCEPT ![c] = @ + 1]
    /\ UNCHANGED << term, votedFor, role, votes, committed, restarts >>

\* How many entries, from the first, a follower has as its leader has them.
Equal(l, f) == Max({n \in 0..Len(log[l]) : n <= Len(log[f]) /\ \A i \in 1..n : log[l][i].term = log[f][i].term})

Copy(l, f) ==
    /\ l /= f /\ role[l] = "leader" /\ term[f] <= term[l]
    /\ LET has == Equal(l, f)
           all == Len(log[l])
       IN /\ log' = [log EXCEPT ![f] = IF has < all THEN SubSeq(log[l], 1, has + 1) ELSE @]
          /\ copies' = [copies EXCEPT ![f] = None, ![l][f] = IF has < all THEN has + 1 ELSE all]
    /\ votedFor' = [votedFor EXCEPT ![f] = VoteIn(f, term[l])]
    /\ term' = [term EXCEPT ![f] = term[l]]
    /\ role' = [role EXCEPT ![f] = "follower"]
    /\ votes' = [votes EXCEPT ![f] = {}]
    /\ UNCHANGED << committed, asked, restarts >>

Hear(s, other) ==
    /\ role[s] /= "follower" /\ term[other] > term[s]
    /\ term' = [term EXCEPT ![s] = term[other]]
    /\ votedFor' = [votedFor EXCEPT ![s] = Nobody]
    /\ role' = [role EXCEPT ![s] = "follower"]
    /\ votes' = [votes EXCEPT ![s] = {}]
    /\ copies' = [copies EXCEPT ![s] = None]
    /\ UNCHANGED << log, committed, asked, restarts >>

Commit(s) ==
    /\ role[s] = "leader"
    /\ LET told == {[index |-> i, term |-> log[s][i].term, command |-> log[s][i].command, by |-> term[s]] : i \in 1..CommittedBy(s)}
           news == {n \in told : ~\E k \in committed : k.index = n.index /\ k.term = n.term /\ k.command = n.command}
       IN news /= {} /\ committed' = committed \union news
    /\ UNCHANGED << term, votedFor, log, role, votes, copies, asked, restarts >>

Restart(s) ==
    /\ restarts < Restarts
    /\ restarts' = restarts + 1
    /\ votedFor' = [votedFor EXCEPT ![s] = VoteAfterRestart(s)]
    /\ role' = [role EXCEPT ![s] = "follower"]
    /\ votes' = [votes EXCEPT ![s] = {}]
    /\ copies' = [copies EXCEPT ![s] = None]
    /\ UNCHANGED << term, log, committed, asked >>

Next ==
    \/ \E s \in Server : Timeout(s) \/ Win(s) \/ Ask(s) \/ Commit(s) \/ Restart(s)
    \/ \E s, other \in Server : Vote(s, other) \/ Copy(s, other) \/ Hear(s, other)

Spec == Init /\ [][Next]_vars

===============================================================================
