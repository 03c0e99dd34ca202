---------------------------- MODULE MessageHandler ----------------------------
(* Driveway's message handler: the same specification as message-handler.ts, in PlusCal. *)
(* The labels are the steps, and every label may fail.                                   *)
EXTENDS Naturals

CONSTANTS MessageCount,  \* how many messages there are
          MaxFailures,   \* how often the handler may fail with each of them
          None           \* what a handler without a message holds

Messages == 1..MessageCount

(* --fair algorithm MessageHandler
variables
    queue = Messages,                      \* not yet acknowledged
    failures = [m \in Messages |-> 0],     \* so far, with each message
    db = {},                               \* what is committed: one entry for every change
    sent = {},                             \* what was sent to the other services
    message = None,                        \* the handler's memory: the message in hand,
    decision = None;                       \* and what was decided; the attempt's number stands for it

define
    \* TODO 1: State the four promises. TRUE is always true, and says nothing.
    NoGhostMessages == TRUE
    NoLostMessages == TRUE
    NoDuplicateProcessing == TRUE
    ConsistentOutput == TRUE

    EveryMessageIsHandled == \A m \in Messages : (m \in queue) ~> (m \notin queue)
end define;

macro Fail() begin
    await failures[message] < MaxFailures;
    failures[message] := failures[message] + 1;
    message := None;
    decision := None;
    goto Receive;
end macro;

begin
Receive:
    while queue /= {} do
        with m \in queue do
            message := m;
        end with;
    Process:
        either
            Fail();
        or
            decision := failures[message] + 1;
        end either;
    Send:
        either
            Fail();
        or
            sent := sent \union {[message |-> message, decision |-> decision]};
        end either;
    Update:
        either
            Fail();
        or
            db := db \union {[message |-> message, decision |-> decision]};
        end either;
    Ack:
        either
            Fail();
        or
            queue := queue \ {message};
            message := None;
            decision := None;
        end either;
    end while;
end algorithm; *)
\* BEGIN TRANSLATION
VARIABLES pc, queue, failures, db, sent, message, decision

(* define statement *)
NoGhostMessages == TRUE
NoLostMessages == TRUE
NoDuplicateProcessing == TRUE
ConsistentOutput == TRUE

EveryMessageIsHandled == \A m \in Messages : (m \in queue) ~> (m \notin queue)


vars == << pc, queue, failures, db, sent, message, decision >>

Init == (* Global variables *)
        /\ queue = Messages
        /\ failures = [m \in Messages |-> 0]
        /\ db = {}
        /\ sent = {}
        /\ message = None
        /\ decision = None
        /\ pc = "Receive"

Receive == /\ pc = "Receive"
           /\ IF queue /= {}
                 THEN /\ \E m \in queue:
                           message' = m
                      /\ pc' = "Process"
                 ELSE /\ pc' = "Done"
                      /\ UNCHANGED message
           /\ UNCHANGED << queue, failures, db, sent, decision >>

Process == /\ pc = "Process"
           /\ \/ /\ failures[message] < MaxFailures
                 /\ failures' = [failures EXCEPT ![message] = failures[message] + 1]
                 /\ message' = None
                 /\ decision' = None
                 /\ pc' = "Receive"
              \/ /\ decision' = failures[message] + 1
                 /\ pc' = "Send"
                 /\ UNCHANGED <<failures, message>>
           /\ UNCHANGED << queue, db, sent >>

Send == /\ pc = "Send"
        /\ \/ /\ failures[message] < MaxFailures
              /\ failures' = [failures EXCEPT ![message] = failures[message] + 1]
              /\ message' = None
              /\ decision' = None
              /\ pc' = "Receive"
              /\ sent' = sent
           \/ /\ sent' = (sent \union {[message |-> message, decision |-> decision]})
              /\ pc' = "Update"
              /\ UNCHANGED <<failures, message, decision>>
        /\ UNCHANGED << queue, db >>

Update == /\ pc = "Update"
          /\ \/ /\ failures[message] < MaxFailures
                /\ failures' = [failures EXCEPT ![message] = failures[message] + 1]
                /\ message' = None
                /\ decision' = None
                /\ pc' = "Receive"
                /\ db' = db
             \/ /\ db' = (db \union {[message |-> message, decision |-> decision]})
                /\ pc' = "Ack"
                /\ UNCHANGED <<failures, message, decision>>
          /\ UNCHANGED << queue, sent >>

Ack == /\ pc = "Ack"
       /\ \/ /\ failures[message] < MaxFailures
             /\ failures' = [failures EXCEPT ![message] = failures[message] + 1]
             /\ message' = None
             /\ decision' = None
             /\ pc' = "Receive"
             /\ queue' = queue
          \/ /\ queue' = queue \ {message}
             /\ message' = None
             /\ decision' = None
             /\ pc' = "Receive"
             /\ UNCHANGED failures
       /\ UNCHANGED << db, sent >>

(* Allow infinite stuttering to prevent deadlock on termination. *)
Terminating == pc = "Done" /\ UNCHANGED vars

Next == Receive \/ Process \/ Send \/ Update \/ Ack
           \/ Terminating

Spec == /\ Init /\ [][Next]_vars
        /\ WF_vars(Next)

Termination == <>(pc = "Done")

\* END TRANSLATION

===============================================================================
