/**
 * MongoDB's error codes by the SQLSTATE that the engine raises for each. Codes: https://www.mongodb.com/docs/manual/reference/error-codes/
 * Left out: the many numbered ones (Location…) that name one misuse of one operator; they come out as 8 (UnknownError).
 */
const TABLE = `
M0000 1 InternalError|M0001 2 BadValue|M0002 5 GraphContainsCycle|M0003 9 FailedToParse|M0004 14 TypeMismatch|M0005 15 Overflow
M00DO 16 InvalidLength|M0006 20 IllegalOperation|M00EW 24 LockTimeout|M0008 26 NamespaceNotFound|M0009 27 IndexNotFound
M000A 28 PathNotViable|M000C 34 CannotBackfillArray|M000D 40 ConflictingUpdateOperators|M000E 43 CursorNotFound
M000F 48 NamespaceExists|M00EX 50 MaxTimeMSExpired|M000G 52 DollarPrefixedFieldName|M000H 53 CannotBeTypeArray
M000I 54 NotSingleValueField|M000J 56 EmptyFieldName|M000K 57 DottedFieldName|M00EY 59 CommandNotFound|M000L 61 ShardKeyNotFound
M000M 66 ImmutableField|M000N 67 CannotCreateIndex|M000O 68 IndexAlreadyExists|M000P 72 InvalidOptions|M000Q 73 InvalidNamespace
M000R 85 IndexOptionsConflict|M000S 86 IndexKeySpecsConflict|M00F0 91 ShutdownInProgress|M000T 111 NotExactValueField
M00F1 112 WriteConflict|M000U 115 CommandNotSupported|M00F2 117 ConflictingOperationInProgress|M00CO 121 DocumentValidationFailure
M00EL 143 CursorInUse|M000W 146 ExceededMemoryLimit|M000X 159 DurationOverflow|M000Y 165 ViewDepthLimitExceeded
M000Z 166 CommandNotSupportedOnView|M0010 167 OptionNotSupportedOnView|M0011 181 AmbiguousIndexKeyPattern
M0012 197 InvalidIndexSpecificationOption|M00F4 201 CannotBuildIndexKeys|M0013 224 QueryFeatureNotAllowed|M00F5 225 TransactionTooOld
M0014 232 MaxSubPipelineDepthExceeded|M0015 241 ConversionFailure|M00F6 251 NoSuchTransaction|M00F7 256 TransactionCommitted
M0016 263 OperationNotSupportedInTransaction|M0017 276 IndexBuildAborted|M0018 291 NoQueryExecutionPlans|M0019 361 CollectionUUIDMismatch
M00E8 10107 NotWritablePrimary|M001B 10334 BSONObjectTooLarge|M001C 11000 DuplicateKey|M001D 12587 BackgroundOperationInProgressForNamespace
M001H 13113 MergeStageNoMatchingDocument|M003A 17419 DocumentAfterUpdateLargerThanMaxSize|M003B 17420 DocumentToUpsertLargerThanMaxSize
M007U 40324 UnrecognizedCommand|M0088 40415 IDLUnknownField|M00AH 4031700 IntermediateResultTooLarge
23505 11000 DuplicateKey|23P01 11000 DuplicateKey|40001 112 WriteConflict|40P01 112 WriteConflict|55P03 24 LockTimeout
57014 50 MaxTimeMSExpired|53100 14031 OutOfDiskSpace|54001 146 ExceededMemoryLimit|53200 146 ExceededMemoryLimit|42501 13 Unauthorized
0A000 115 CommandNotSupported|25P02 251 NoSuchTransaction`;

/** @type {Map<string, { code: number, codeName: string }>} */
const BY_STATE = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => {
      const [state = '', code = '', codeName = ''] = entry.trim().split(' ');
      return [state, { code: Number(code), codeName }];
    }),
);

const UNKNOWN = { code: 8, codeName: 'UnknownError' };

/** @param {string} state  SQLSTATE, five characters @returns {{ code: number, codeName: string }} */
export function mongoCodeOf(state) {
  return BY_STATE.get(state) ?? UNKNOWN;
}

/**
 * A SQLSTATE as the engine writes it into a reply: five characters of six bits each, packed into an integer.
 * @param {number} packed
 * @returns {string}
 */
export function unpackState(packed) {
  return [0, 6, 12, 18, 24].map((shift) => String.fromCharCode(((packed >> shift) & 0x3f) + 48)).join('');
}
